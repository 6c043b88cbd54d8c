/** How machines are switched on and off, and virtual machines. */
import type { powerCommands as English } from '../en/power.ts';
import type { Messages } from '../language.ts';

export const power: Messages['power'] = {};

/** What the commands say of themselves. */
export const powerCommands: typeof English = {};
