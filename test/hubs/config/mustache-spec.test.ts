/**
 * The core modules of the official Mustache specification (github.com/mustache/spec, MIT licence) through our templates. Being
 * strict makes them differ where something is missing; those cases are named here, and nothing else differs.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { MusterError } from '../../../src/errors.ts';
import { Templates } from '../../../src/hubs/config/template.ts';

interface Case {
  name: string;
  desc: string;
  data: object;
  template: string;
  partials?: Record<string, string>;
  expected: string;
}

/** What is empty there is an error here: a name without a value, and a partial without a text. */
const STRICT: Record<string, readonly string[]> = {
  comments: [],
  delimiters: [],
  interpolation: [
    'Basic Null Interpolation',
    'Triple Mustache Null Interpolation',
    'Ampersand Null Interpolation',
    'Basic Context Miss Interpolation',
    'Triple Mustache Context Miss Interpolation',
    'Ampersand Context Miss Interpolation',
    'Dotted Names - Broken Chains',
    'Dotted Names - Broken Chain Resolution',
    'Dotted Names - Context Precedence',
    'Dotted Names are never single keys',
  ],
  inverted: ['Context Misses', 'Dotted Names - Broken Chains'],
  partials: ['Failed Lookup'],
  sections: ['Context Misses', 'Dotted Names - Broken Chains'],
};

for (const [module, strict] of Object.entries(STRICT)) {
  const file = new URL(`./mustache-spec/${module}.json`, import.meta.url);
  const { tests } = JSON.parse(readFileSync(file, 'utf8')) as { tests: Case[] };
  describe(`the Mustache specification, ${module}`, () => {
    for (const { name, desc, data, template, partials, expected } of tests) {
      const render = () => new Templates({ ...partials, main: template }).render('main', data, 'html').text;
      if (strict.includes(name))
        test(`${name}: an error, as nothing may be missing`, () =>
          assert.throws(render, (error: unknown) => {
            assert.ok(error instanceof MusterError);
            return error.code === (module === 'partials' ? 'template.unknown' : 'template.missing');
          }));
      else test(`${name}: ${desc}`, () => assert.equal(render(), expected));
    }

    test('every case that differs is one of the specification', () => {
      const names = tests.map(({ name }) => name);
      assert.deepEqual(
        strict.filter((name) => !names.includes(name)),
        [],
      );
    });
  });
}
