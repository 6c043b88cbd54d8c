/** What is run on a host to read its journal. */

/** Bytes that are read at once. */
export const PIECE = 2 * 1024 * 1024;

/** The first bytes of what journalctl prints, by sh(1); without it, 69 as sysexits(3) has it. */
export const FIRST = `command -v journalctl >/dev/null || exit 69
journalctl "$@" | head --bytes=${PIECE}`;
