/** What every chat platform promises (`src/bot/platform.ts`), run on the console, Telegram and Slack in each of their ways. */
import { afterEach, beforeEach, describe } from 'node:test';
import type { Ears, Incoming, Posted } from '../../src/bot/platform.ts';
import { until } from '../until.ts';
import { hindranceConformance } from './platform-hindrances.ts';
import { lineConformance } from './platform-lines.ts';
import { pressConformance } from './platform-presses.ts';
import type { Conformance, Show, Stage } from './platform-show.ts';
import { signConformance } from './platform-signs.ts';
import { wordConformance } from './platform-words.ts';

/** Long enough that a service has forgotten what was said before, ms. */
const LATER_MS = 60_000;

export function platformConformance(name: string, what: Conformance, open: () => Promise<Stage>): void {
  describe(`${name} is a platform`, { timeout: 120_000 }, () => {
    let stage: Stage;
    let end: () => Promise<void>;
    let show: Show;
    beforeEach(async () => {
      stage = await open();
      end = async () => {};
      const [taken, notes]: [Incoming[], Show['notes']] = [[], []];
      const access: Show['access'] = [];
      let lives = 0;
      const stop = new AbortController();
      show = Object.assign(Object.create(stage) as Stage, {
        taken,
        notes,
        access,
        alive: () => lives,
        async listen(take: Ears['take'] = async () => {}) {
          const ears: Ears = {
            async take(lines) {
              await take(lines);
              taken.push(...lines);
            },
            moved: async () => {},
            async access(...told) {
              access.push([told[0], told[1]]);
            },
            alive() {
              lives += 1;
            },
            trouble: (_what, error) => void notes.push(error),
          };
          const served = stage.platform.serve(ears, stop.signal);
          end = async () => {
            stop.abort();
            await served;
          };
          await until(() => what.ready?.(stage) ?? true, 'the platform to hear');
        },
        stop: () => end(),
        post(lines: string[], place = stage.place) {
          stage.pass(LATER_MS);
          return stage.platform.post(place, lines);
        },
        edit(posted: Posted, lines: string[], final: boolean) {
          stage.pass(LATER_MS);
          return stage.platform.edit(posted, lines, final);
        },
      });
    });
    afterEach(async () => {
      await end();
      await stage.close();
    });
    const current = () => show;
    wordConformance(current);
    lineConformance(current, what);
    if (!what.service) return;
    pressConformance(current);
    hindranceConformance(current, what);
    signConformance(current);
  });
}
