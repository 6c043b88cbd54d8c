/** A process to be killed: submits a run whose only step never ends, and prints the run's id once the step is under way. */
import { connectRedis } from '../../src/adapters/redis/connection.ts';
import { openHall, workStep } from './hall.ts';

const [socket, name] = process.argv.slice(2) as [string, string];
let begun: () => void = () => {};
const beginning = new Promise<void>((resolve) => {
  begun = resolve;
});
const acts = {
  long: () => {
    begun();
    return new Promise<void>(() => {});
  },
};
const hall = openHall({ connect: () => connectRedis(socket) }, [
  workStep(acts, [], { name, repeatable: name !== 'test.once' }),
]);
const run = await hall.submit([
  {
    name: 'long',
    steps: [{ step: name, host: 'web-1', title: 'long', input: { host: 'web-1', act: 'long' } }],
  },
]);
await beginning;
console.log(run);
