/** Follows logs in the log hub: asked beside Redis, and nothing is done on the host. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { LogAsked } from '../../log-asking.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { defineStep } from '../step.ts';
import { shownLines } from './show.ts';

export const follow = defineStep({
  name: 'logs.follow',
  lane: 'read',
  input: z.strictObject({
    /** In whose lane it is; any host. */
    host: HostName,
    /** What is followed, as it was typed. */
    target: z.string().max(300),
    asked: LogAsked,
    severalHosts: z.boolean(),
  }),
  uses: {},
  timeout: '24h',
  title: ({ target }) => messages().logs.following({ target }),
  async here({ asked, severalHosts }, { logs, signal, report }) {
    if (!logs) throw new MusterError('hub.none');
    for await (const line of logs.follow(asked, signal))
      for (const text of shownLines(line, severalHosts)) report.line(text);
  },
  run: () => Promise.reject(new MusterError('hub.none')),
});
