import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { PAGE, render } from '../../docs/generate.ts';
import { catalog } from '../../src/bot/catalog.ts';
import { catalogue } from '../../src/bot/command.ts';
import { parse } from '../../src/bot/grammar/parse.ts';

test('docs/commands.md says what the declarations say (npm run docs writes it)', async () => {
  assert.equal(await readFile(PAGE, 'utf8'), render());
});

const known = catalogue(catalog);

test('every command is found by its name and by its aliases', () => {
  assert.ok(catalog.length > 10);
  for (const command of catalog) {
    for (const name of [command.name, ...command.aliases]) {
      const parsed = parse(`/${name}`, { catalogue: known, prefix: 'required' });
      if (parsed.kind === 'command') assert.equal(parsed.command, command, name);
      else assert.match(parsed.kind === 'reply' ? parsed.text : '', /is missing/, name);
    }
  }
});

test('every example of every command is a line that runs that command', () => {
  for (const command of catalog) {
    assert.ok(command.examples.length > 0, `${command.name} has an example`);
    for (const example of command.examples) {
      const parsed = parse(`/${example}`, { catalogue: known, prefix: 'required' });
      assert.equal(parsed.kind, 'command', `/${example}: ${parsed.kind === 'reply' ? parsed.text : ''}`);
      if (parsed.kind === 'command') assert.equal(parsed.command, command, example);
    }
  }
});

test('every field of every command says what it is', () => {
  for (const { name, fields } of catalog)
    for (const field of fields) assert.notEqual(field.about, '', `${name}: ${field.label}`);
});
