/** (a) 10,000 updates, each told one to four times in any order, and 100 times `kill -9` of the manager, now and then of its Redis. */
import { underFire } from '../../test/integration/chaos.ts';
import { openGround } from '../../test/integration/crowd.ts';
import { type Area, none } from '../figure.ts';

/** What Telegram lets a bot say over all chats (core.telegram.org/bots/faq), messages a second. */
const TELEGRAM_A_SECOND = 30;

export const chaos: Area = async function* ({ small }) {
  const [lines, kills, groups] = small ? [40, 1, 6] : [10_000, 100, 200];
  const seed = Math.floor(Math.random() * 1e6);
  const ground = await openGround(groups);
  try {
    let reported = 0;
    const accounts = await underFire(ground, { lines, kills, seed }, (shown) => {
      if (shown < reported + 1_000) return;
      reported = shown;
      console.error(`under fire, seed ${seed}: ${shown} of ${lines} ends shown`);
    });
    const { told, lost, twice, again, floods, whole, seconds } = accounts;
    for (const run of [...lost, ...twice].slice(0, 10))
      console.error(`under fire, seed ${seed}: look at ${run}`);
    const fire = `${lines} lines told ${told} times, ${kills} kills`;
    yield none(`${fire}: lost`, lost.length);
    yield none('  run twice', twice.length);
    yield none('  ends not shown', lines - accounts.shown);
    yield none('  answers 429', floods);
    yield none('  broken audits', whole ? 0 : 1);
    yield {
      name: '  messages sent again, for want of a note',
      goal: '<= 1 a kill',
      unit: '',
      measured: again,
      ok: again <= kills,
    };
    const rate = lines / seconds;
    yield {
      name: '  lines a second, to their shown end',
      goal: '>= 1/4 of what may be said',
      unit: '/s',
      measured: rate,
      peer: { name: 'Telegram lets through', value: TELEGRAM_A_SECOND },
      ok: rate >= TELEGRAM_A_SECOND / 4,
    };
  } finally {
    await ground.close();
  }
};
