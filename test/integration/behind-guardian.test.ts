/** A node made safe whose firewall a guardian keeps, through the built program: also where Muster dies in the middle of it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { lacksNode, type NodeStage, openNode } from './node.ts';

/** How long the node may take to be as before: a minute, and what a busy machine adds, ms. */
const PATIENCE_MS = 180_000;

describe('a node behind its overlay network, with a guardian', {
  skip: lacksNode(),
  timeout: 600_000,
}, () => {
  let stage: NodeStage;

  before(async () => {
    stage = await openNode({ guardian: true });
    await stage.configure({ rules: '{http: {ports: [80]}}' });
  });
  after(async () => {
    await stage?.stop();
  });

  test('is as before by itself where Muster dies before it is kept, and Muster says so when it is back', async () => {
    let run = '';
    let stages: string[] = [];
    const died = new Promise<void>((resolve, reject) => {
      const said = stage.muster.say('/prepare node', (event) => {
        if (event.type === 'run') run = event.run;
        if (event.type === 'accepted') stages = event.stages.map(({ name }) => name);
        if (event.type === 'stage' && event.state === 'running' && stages[event.stage] === 'prove')
          stage.killMuster().then(resolve, reject);
      });
      // What was said to it gets no answer any more.
      said.then(({ result }) => reject(new Error(`it ended: ${result.text}`))).catch(() => {});
    });
    await died;
    assert.deepEqual(await stage.places(), { outside: false, inside: true });
    const deadline = performance.now() + PATIENCE_MS;
    while (!(await stage.places()).outside)
      assert.ok(performance.now() < deadline, 'the node is still closed');
    assert.equal(await stage.sshd.written(), undefined);
    await stage.startMuster();
    const status = async () => {
      const { events } = await stage.muster.say(`/job ${run}`);
      return events.map((event) => ('text' in event ? event.text : '')).join('\n');
    };
    let told = await status();
    for (; !/failed/.test(told); told = await status())
      assert.ok(performance.now() < deadline + PATIENCE_MS, told);
    assert.match(told, /node still answers from outside/);
    assert.equal((await stage.places()).outside, true);
  });

  test('lets nobody in but by the network, and its guardian is reached by it', async () => {
    const said = await stage.does('/prepare node');
    assert.ok(
      said.some((line) => /^node answers on 10\.80\.0\.5 in build/.test(line)),
      said.join('\n'),
    );
    assert.deepEqual(await stage.places(), { outside: false, inside: true });
    const shown = await stage.does('/firewall show node');
    assert.ok(shown.includes('tcp 4227 from anywhere in overlay-build (muster)'), shown.join('\n'));
    assert.ok(!shown.some((line) => /^tcp .* in outside/.test(line)), shown.join('\n'));
  });
});
