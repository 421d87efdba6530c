// What the server sends, and what the browser has beyond TypeScript's own library.

type Point = [number, number];
type Zone = { kind: string; name: string; points: Point[] };

type Face = {
  track_id: number;
  emotion: string | null;
  confidence: number | null;
  alerting: boolean;
  alert_emotion: string | null;
  level: string | null;
};

type Camera = {
  camera_id: number;
  camera: string;
  place: string;
  groups: string[];
  state: string;
  reason: string;
  reason_code: string;
  since: string | null;
  opens_at: string | null;
  faces: Face[];
  snoozed_until: string | null;
  snoozed_by: string | null;
};

type Incident = {
  incident_id: number;
  camera_id: number | null;
  camera: string;
  emotion: string;
  state: string;
  started_at: string;
  opened_at: string;
  ended_at: string | null;
  peak_score: number;
  level: string;
  again: { incident_id: number; resolved_by: string; resolved_at: string } | null;
  acknowledged_by: string | null;
  outcome: string | null;
  note: string;
  has_snapshot: boolean;
  snapshot_at: string | null;
  snapshot_face_xyxy: number[] | null;
  has_clip: boolean;
  reminders: number;
  escalated_at: string | null;
  is_test?: boolean;
};

type OfTheLog = { event_id: number; actor: string };
type IncidentMessage = Incident & OfTheLog;
type CameraMessage = Partial<Camera> & { camera_id: number } & OfTheLog;
type LogMessage = IncidentMessage | CameraMessage;

type Me = { me: string; may_read_log: boolean };
// An alert that is no incident yet; camera and `started_at` are those of the incident that it will be.
type UnstoredAlert = Pick<Incident, "camera_id" | "camera" | "emotion" | "level" | "started_at" | "opened_at" | "ended_at">;
type NotStored = { fault: string | null; alerts: UnstoredAlert[] };
// Whom the alerts that are not resolved have reached.
type Reach = { incident_id: number; people: number; channels: number; on_the_way: number; is_waiting: boolean; is_nobody: boolean; tries: number };
type Notified = { alerts: Reach[] };
type DashboardState = Me & { now: string; last_event_id: number; cameras: Camera[]; incidents: Incident[]; not_stored: NotStored };

type WallCamera = Pick<Camera, "camera_id" | "camera" | "place" | "state" | "reason" | "reason_code" | "since" | "opens_at">;
type WallAlert = Pick<Incident, "camera_id" | "camera" | "emotion" | "state" | "opened_at" | "started_at" | "acknowledged_by" | "is_test"> & {
  incident_id: number | null; // null while it could not be stored yet.
};
type WallState = {
  now: string;
  version: string;
  group: string;
  screen: string;
  is_analysing: boolean;
  cameras: WallCamera[];
  alerts: WallAlert[];
};

type Stretch = {
  face: number;
  emotion: string | null;
  confidence: number | null;
  alerting: boolean;
  level: string | null;
  from_s: number;
  to_s: number;
};
type LastMinute = { now: string; stretches: Stretch[]; gaps: { from_s: number; to_s: number }[] };

type MissedIncident = {
  incident_id: number;
  camera: string;
  opened_at: string;
  is_new: boolean;
  state: string;
  taken_by: string | null;
  outcome: string | null;
  never_acknowledged: boolean;
  is_with_managers: boolean;
};
type MissedCamera = {
  camera_id: number;
  camera: string;
  offline_at: string;
  reason: string;
  times: number;
  back_at: string | null;
  minutes: number;
  unstable_at: string | null;
};
type Missed = { since: string; incidents: MissedIncident[]; cameras: MissedCamera[] };

type Probe = { codec: string; width_px: number; height_px: number; fps: number; picture: string };

// Shows a sentence to the person at the page.
type Say = (text: string) => void;

interface DocumentEventMap {
  "amends-event": CustomEvent<{ name: string; message: LogMessage }>;
  "amends-reload": CustomEvent;
}

interface NotificationOptions {
  renotify?: boolean;
}

declare var echarts: {
  init(
    element: Element,
    theme: null,
    options: object,
  ): { setOption(options: object, isNew: boolean): void; resize(options?: object): void };
};

declare module "*/socket.io.esm.min.js" {
  type Listener = (...received: any[]) => void;
  type Socket = {
    connected: boolean;
    active: boolean;
    io: { opts: { transports: string[] }; engine: { close(): void }; on(name: string, listener: Listener): void };
    on(name: string, listener: Listener): void;
    onAny(listener: Listener): void;
    emit(name: string, ...sent: unknown[]): void;
    timeout(ms: number): { emitWithAck(name: string, ...sent: unknown[]): Promise<any> };
    connect(): void;
    close(): void;
  };
  export function io(namespace: string, options: object): Socket;
}
