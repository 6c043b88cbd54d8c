/** How machines are switched on and off, and virtual machines. */
export const power = {};

/** What the commands say of themselves. */
export const powerCommands = {};
