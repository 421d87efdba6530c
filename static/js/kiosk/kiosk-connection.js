// The socket of a kiosk: one picture on its way at a time, the next one when the server has said that it has this one.
import { io } from "../../vendor/socket.io.esm.min.js";
import { at } from "../lib/addresses.js";

const ANSWER_MS = 3000;

/** @import { Answer } from "./kiosk-answers.js" */

/** @param {{ onUnpaired: () => void, onReplaced: () => void }} handlers */
export function openConnection(handlers) {
  const socket = io("/kiosk", { path: at("/socket.io/"), transports: ["websocket"], reconnectionDelay: 300, reconnectionDelayMax: 2000 });
  socket.on("unpaired", handlers.onUnpaired);
  socket.on("replaced", () => {
    socket.close();
    handlers.onReplaced();
  });
  socket.on("disconnect", (reason) => {
    // The library does not try again by itself when the server has ended the connection.
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), 1000);
  });
  socket.on("connect_error", () => {
    if (!socket.active) handlers.onUnpaired();
  });
  return {
    /**
     * @param {ArrayBuffer} jpeg
     * @returns {Promise<Answer | null>} null where the server gives none.
     */
    async send(jpeg) {
      if (!socket.connected) return null;
      try {
        return await socket.timeout(ANSWER_MS).emitWithAck("frame", jpeg);
      } catch {
        return null;
      }
    },
    close: () => socket.close(),
  };
}
