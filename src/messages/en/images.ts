/** Images of machines. */
export const images = {};

/** What the commands say of themselves. */
export const imageCommands = {};
