/** A store that takes lines of a thousand streams in rounds of 100,000: `streams-keeper.ts FOLDER ROUNDS`. Prints MB after each, and how many streams are not whole. */
import { openLogStore } from '../../src/hubs/log/store.ts';
import { LIMITS } from './ingest.ts';
import { printed } from './said.ts';

const [folder = '', rounds = '4'] = process.argv.slice(2);
const store = await openLogStore(folder, LIMITS);
const sources = Array.from({ length: 1_000 }, (_, index) => ({
  ...{ app: `app-${index % 100}`, service: 'web', host: `host-${index % 7}`, stream: `stream-${index}` },
}));
const memory: number[] = [];
for (let round = 0; round < Number(rounds); round += 1) {
  for (let from = 1 + round * 100; from <= (round + 1) * 100; from += 20)
    await Promise.all(sources.map((source) => store.take(source, printed(from, 20))));
  memory.push(process.memoryUsage.rss() / 1e6);
}
const { streams } = await store.verify({});
const due = Number(rounds) * 100;
const whole = streams.filter(({ kept, doubled }) => kept === due && doubled === 0).length;
await store.close();
console.log(JSON.stringify({ memory, wrong: sources.length - whole }));
