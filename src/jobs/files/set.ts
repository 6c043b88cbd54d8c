/** Makes a version of the data that is set in chats, and takes it back where its run fails; nothing is done on a host. */
import { z } from 'zod';
import { asMusterError } from '../../errors.ts';
import { ValueChange } from '../../hubs/config/values.ts';
import { messages } from '../../messages/messages.ts';
import { AppName, HostName } from '../../names.ts';
import { type Beside, defineStep } from '../step.ts';
import { inForce } from './in-force.ts';

/** How long containers may take to have the version before in force, ms. */
const BACK_MS = 30_000;
/** How long a note may be, characters, and how many of them a card keeps for what is changed. */
const LONGEST = 290;
const NOTES = 3;

export const setValues = defineStep({
  name: 'files.set',
  input: z.strictObject({
    /** In whose lane it is queued. */
    host: HostName,
    changes: z.array(ValueChange).min(1),
    by: z.strictObject({ person: z.string(), platform: z.string(), chat: z.string() }),
    /** What was done, in a line. */
    summary: z.string().max(1_000),
    why: z.string().max(500).optional(),
    /** What it changes, with masks: a line each, for the card. */
    shows: z.array(z.string()).max(100),
    /** The apps that get their files by it. */
    apps: z.array(z.strictObject({ host: HostName, app: AppName })).optional(),
  }),
  uses: {},
  timeout: '1m',
  title: ({ changes }) =>
    messages().files.steps.set({ names: [...new Set(changes.map(({ layer }) => layer))] }),
  async brief({ changes, by, summary, why, shows, apps = [] }, beside) {
    const { direction, run, files, note } = beside;
    const { notes } = messages().files;
    if (direction === 'undo') {
      const version = await files.values.takeBack({ run, by, summary });
      if (version !== undefined) note(notes.back({ version }));
      await Promise.all(apps.map((app) => back(app, beside)));
      return undefined;
    }
    const version = await files.values.set(changes, { run, by, summary, why });
    for (const text of inNotes(shows)) note(text);
    note(notes.version({ version }));
    return undefined;
  },
  run: async () => ({}),
  undo: async () => undefined,
});

/** Waits for the containers of an app; one that does not come back is told, and nothing more can be done about it. */
async function back(app: { host: string; app: string }, beside: Beside): Promise<void> {
  try {
    await inForce(app, BACK_MS, beside);
  } catch (error) {
    beside.signal.throwIfAborted();
    beside.note(asMusterError(error).message);
  }
}

/** Lines in as many texts as a card keeps besides the version, each no longer than a note may be. */
function inNotes(lines: readonly string[]): string[] {
  const notes: string[] = [];
  for (const line of lines) {
    const last = notes.at(-1);
    if (last !== undefined && last.length + line.length < LONGEST)
      notes[notes.length - 1] = `${last}\n${line}`;
    else notes.push(line);
  }
  return notes.slice(0, NOTES);
}
