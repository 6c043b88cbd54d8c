/** Makes a version of the data that is set in chats, and takes it back where its run fails; nothing is done on a host. */
import { z } from 'zod';
import { ValueChange } from '../../hubs/config/values.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { defineStep } from '../step.ts';

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
  }),
  uses: {},
  timeout: '1m',
  title: ({ changes }) =>
    messages().files.steps.set({ names: [...new Set(changes.map(({ layer }) => layer))] }),
  async brief({ changes, by, summary, why, shows }, { direction, run, files, note }) {
    const { notes } = messages().files;
    if (direction === 'undo') {
      const version = await files.values.takeBack({ run, by, summary });
      if (version !== undefined) note(notes.back({ version }));
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
