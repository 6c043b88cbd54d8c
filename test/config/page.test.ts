/** docs/configuration.md says what the schema says. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { PAGE, render } from '../../docs/configuration.ts';
import { Config } from '../../src/config/config.ts';

test('the page about the configuration is made from the schema as it is now', async () => {
  assert.equal(await readFile(PAGE, 'utf8'), await render(), 'run npm run docs');
});

test('every section and every key of an ssh host is on the page', async () => {
  const page = await render();
  for (const section of Object.keys(Config.shape)) assert.ok(page.includes(`## ${section}\n`), section);
  for (const key of ['address', 'keyFile', 'hostKey', 'port', 'user', 'labels', 'root', 'tools'])
    assert.ok(page.includes(`| \`${key}\` | `), key);
});
