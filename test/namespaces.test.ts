import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { needs } from './needs.ts';
import { until } from './until.ts';

const OWNER = `
import { spawn } from 'node:child_process';
import { addNamespace } from ${JSON.stringify(new URL('./namespaces.ts', import.meta.url).href)};
const { name } = await addNamespace();
const inside = ['--net=/run/netns/' + name, '--', 'sleep', 'infinity'];
const { pid } = spawn('nsenter', inside, { stdio: 'ignore', detached: true });
console.log(name, pid);
`;

test('a namespace goes with all that runs in it where the process that made it is killed', {
  skip: needs(['root', 'ip']),
}, async () => {
  const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', OWNER], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(owner.stdout, 'data');
  const [name, pid] = `${said}`.trim().split(' ');
  assert.ok(existsSync(`/proc/${pid}/exe`) && existsSync(`/run/netns/${name}`), `${said}`);
  owner.kill('SIGKILL');
  await until(() => !existsSync(`/proc/${pid}/exe`), 'nothing runs in it');
  await until(() => !existsSync(`/run/netns/${name}`), 'it is gone');
});
