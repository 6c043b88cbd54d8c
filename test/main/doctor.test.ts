/** `muster doctor` and the hosts that were added in a chat: none is passed over in silence. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ended, openMuster } from '../integration/muster.ts';

const CONFIG = `people: {reem: {identities: {console: '*'}, roles: [all]}}
roles: {all: {allow: [{commands: ['*']}]}}
`;

test('says of a host that waits what it waits for, and where nobody knows which were added, that these were not looked at', async (t) => {
  const muster = await openMuster({ 'muster.yml': CONFIG });
  t.after(() => muster.stop());
  assert.doesNotMatch(
    (await muster.run('doctor')).stdout,
    /were not looked at/,
    'none can have been added yet',
  );
  const manager = await muster.start();
  await muster.say('/host add web-2 --link icp --address 192.0.2.11');
  const up = await muster.run('doctor');
  assert.match(up.stdout, /^○ web-2 was added and has not answered yet {2}-> {2}Run the line there/m);
  assert.doesNotMatch(up.stdout, /were not looked at/);
  manager.kill('SIGTERM');
  await ended(manager);
  assert.match((await muster.run('doctor')).stdout, /^▲ hosts that were added in a chat were not looked at/m);
});
