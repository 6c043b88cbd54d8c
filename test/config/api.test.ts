import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reading } from './folder.ts';

const PEOPLE = 'people: {reem: {identities: {console: reem}, roles: []}}\n';
const said = async (t: Parameters<typeof reading>[0], api: string) =>
  (await reading(t, { 'a.yml': `${PEOPLE}api:\n${api}` })).problems;

test('an API listens on this machine only unless the configuration says otherwise, and is off without tokens', async (t) => {
  const { config, problems } = await reading(t, {
    'a.yml': `${PEOPLE}api: {tokens: {grafana: {secret: "env:T", person: reem}}}`,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    { ...config?.api },
    { listen: '127.0.0.1:7411', tokens: { grafana: { secret: 'env:T', person: 'reem' } } },
  );
  const none = await reading(t, { 'a.yml': PEOPLE });
  assert.deepEqual(none.config?.api.tokens, {});
});

test('what would lay tokens open, or let nobody in, is found with its line', async (t) => {
  const tokens = '  tokens: {a: {secret: "env:T", person: reem}}\n';
  for (const [api, wanted] of [
    ['  listen: 127.0.0.1:7412\n', /^a\.yml:3:3 api\.listen an API needs tokens/],
    [`  listen: 0.0.0.0:7411\n${tokens}`, /^a\.yml:3:11 api\.listen others could read plain HTTP there/],
    [`  listen: 127.0.0.1\n${tokens}`, /^a\.yml:3:11 api\.listen a host and a port/],
    [
      `  tls: {certificate: no.pem, key: "."}\n${tokens}`,
      /^a\.yml:3:22 api\.tls\.certificate .*no\.pem cannot be read/,
    ],
    [`  tls: {certificate: a.yml}\n${tokens}`, /^a\.yml:3:3 api\.tls\.key is missing/],
    [
      '  tokens: {a: {secret: hunter2hunter2hunter2, person: reem}}\n',
      /^a\.yml:3:24 api\.tokens\.a\.secret .*env:NAME/,
    ],
    ['  tokens: {a: {secret: "env:T", person: nobody}}\n', /^a\.yml:3:41 api\.tokens\.a\.person .*nobody/],
    ['  tokens: {a: {secret: "env:T", person: reem, until: soon}}\n', /api\.tokens\.a\.until a day/],
    ['  tokens: {a: {secret: "env:T", person: reem, untill: x}}\n', /api\.tokens\.a\.untill .*until/],
    ['  tokens: {"A B": {secret: "env:T", person: reem}}\n', /api\.tokens\.A B a name of a token/],
    [`  port: 80\n${tokens}`, /^a\.yml:3:3 api\.port .*listen/],
  ] as const) {
    const problems = await said(t, api);
    assert.equal(problems.length, 1, `${api}: ${problems.join('\n')}`);
    assert.match(problems[0] as string, wanted);
  }
});
