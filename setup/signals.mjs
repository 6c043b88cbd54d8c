/**
 * Ctrl-C reaches a program under npm twice: the terminal signals the whole process group, and npm passes it on.
 * systemd's stop does the same with SIGTERM. A second Ctrl-C by a person means "at once", so the echo is dropped.
 */
const SIGNALS = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);
/** People do not press twice within this time, ms. */
const ECHO_MS = 400;

/** From now on, the same signal twice in a moment counts once. Call it before anybody listens. */
export function dropEchoes() {
  const last = new Map();
  const emit = process.emit;
  process.emit = function (name, ...rest) {
    if (SIGNALS.has(name)) {
      const now = performance.now();
      const echo = now - (last.get(name) ?? Number.NEGATIVE_INFINITY) < ECHO_MS;
      last.set(name, now);
      if (echo) return true;
    }
    return emit.call(this, name, ...rest);
  };
}
