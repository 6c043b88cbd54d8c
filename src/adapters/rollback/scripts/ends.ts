/** How the script ends. */

/** How it ends where it does not do what it was told. */
export const ENDS = {
  /** Only root may. */
  root: 64,
  /** The host lacks a program; stdout names it. */
  lacks: 65,
  /** What came is not whole, or makes no sense. */
  cut: 66,
  /** Another change waits; stdout is its JSON. */
  waiting: 67,
  gone: 68,
  /** Asked for over the connection by which it was put in force. */
  same: 69,
  /** The last good one cannot be put in force; stdout says why. */
  trouble: 70,
  /** Another good one is in force than whoever asks had seen. */
  moved: 71,
  refused: 72,
  /** No timer could be started. */
  timer: 74,
  /** The folder is not root's. */
  folder: 75,
} as const;
