// This device's camera: opened on a click, looked at picture by picture, and what is wrong with it in one word.
/** @type {Record<string, string>} */
const PROBLEMS = {
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotReadableError: "busy",
  AbortError: "busy",
};
const WIDTH_PX = 960;
const QUALITIES = [0.8, 0.65, 0.5, 0.35, 0.2];

/** @param {HTMLVideoElement} video */
const streamOf = (video) => /** @type {MediaStream | null} */ (video.srcObject);

export function mayUseCamera() {
  return isSecureContext && Boolean(navigator.mediaDevices?.getUserMedia);
}

/** @param {unknown} error */
export function problemOf(error) {
  return PROBLEMS[error instanceof Error ? error.name : ""] ?? "unknown";
}

/**
 * @param {HTMLVideoElement} video
 * @param {() => void} onGone The camera was unplugged or switched off.
 */
export async function openCamera(video, onGone) {
  const wanted = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: "user" };
  const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  video.srcObject = stream;
  stream.getVideoTracks()[0].addEventListener("ended", onGone);
  try {
    await video.play();
  } catch (error) {
    closeCamera(video);
    throw error;
  }
}

/** @param {HTMLVideoElement} video */
export function closeCamera(video) {
  for (const track of streamOf(video)?.getTracks() ?? []) track.stop();
  video.srcObject = null;
}

/**
 * Returns a function that gives the next picture as JPEG bytes, or null while the camera gives no new one.
 * @param {HTMLVideoElement} video
 * @param {number} maxBytes
 * @returns {() => Promise<ArrayBuffer | null>}
 */
export function pictures(video, maxBytes) {
  const canvas = document.createElement("canvas");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  let shownAt = -1;
  let step = 0;

  function draw() {
    const scale = Math.min(1, WIDTH_PX / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
  }

  return async () => {
    const track = streamOf(video)?.getVideoTracks()[0];
    if (!track || track.muted || !video.videoWidth || video.currentTime === shownAt) return null;
    shownAt = video.currentTime;
    draw();
    /** @type {Blob | null} */
    const jpeg = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITIES[step]));
    if (jpeg && jpeg.size <= maxBytes) return jpeg.arrayBuffer();
    step = Math.min(step + 1, QUALITIES.length - 1);
    return null;
  };
}
