/** The manager's end of questions about logs. */
import type { HubClient } from '../adapters/gate/client.ts';
import { heardLine, type LogAsked, type LogDesk, LogStats, LogsVerified } from '../log-asking.ts';

/** Asks whichever hub there is. */
export function openLogDesk(client: () => Promise<HubClient>): LogDesk {
  const query = (asked: LogAsked) =>
    Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  async function* read(asked: LogAsked, signal?: AbortSignal) {
    const answer = (await client()).lines('/v1/logs', { query: query(asked), signal });
    for await (const line of answer) yield heardLine(line);
  }
  return {
    read,
    async find(asked, signal) {
      const lines = [];
      for await (const line of read(asked, signal)) lines.push(line);
      return lines;
    },
    async *follow(asked, signal) {
      try {
        const answer = (await client()).lines('/v1/logs/follow', { query: query(asked), signal });
        for await (const line of answer) yield heardLine(line);
      } catch (error) {
        // Cut off because nobody wants it any more.
        if (!signal.aborted) throw error;
      }
    },
    verify: async (asked) =>
      LogsVerified.parse(await (await client()).ask('GET', '/v1/logs/verify', { query: query(asked) })),
    stats: async () => LogStats.parse(await (await client()).ask('GET', '/v1/logs/stats')),
  };
}
