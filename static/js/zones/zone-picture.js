// The picture under the zones, renewed while the page is visible.
const RENEW_MS = 2000;

/**
 * @param {HTMLElement} stage
 * @param {HTMLImageElement} image
 * @param {Blob | string} blobOrUrl
 */
export function showPicture(stage, image, blobOrUrl) {
  const old = image.src;
  image.src = typeof blobOrUrl === "string" ? blobOrUrl : URL.createObjectURL(blobOrUrl);
  image.hidden = false;
  stage.classList.remove("zone-stage-empty");
  if (old.startsWith("blob:")) URL.revokeObjectURL(old);
}

/**
 * @param {HTMLElement} stage
 * @param {HTMLImageElement} image
 */
export function followPicture(stage, image) {
  const renew = async () => {
    if (document.visibilityState === "visible") {
      const response = await fetch(stage.dataset.picture ?? "", { cache: "no-store" }).catch(() => null);
      if (response?.status === 200) showPicture(stage, image, await response.blob());
    }
    setTimeout(renew, RENEW_MS);
  };
  renew();
}
