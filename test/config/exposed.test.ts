import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposedBy } from '../../src/config/host-firewall.ts';
import { reading } from './folder.ts';

const files = (expose: string, hosts = 'web-1', firewall = 'sets: {office: [192.0.2.0/24]}') => ({
  'a.yml': `hosts: {web-1: {link: local, labels: [edge]}, bare: {link: local}}
firewall: {edge: {hosts: ["label:edge"], zones: {overlay: {interfaces: [wg0]}}, ${firewall}}}
apps:
  shop:
    repository: ../shop
    hosts: [${hosts}]
    expose: ${expose}
`,
});

test('an app says what it exposes in the words of firewall rules', async (t) => {
  const { config, problems } = await reading(
    t,
    files(
      '[8080, "9000-9010", {port: 53, protocol: udp, from: ["@office"], zones: [overlay, outside]}, {port: 8080, from: [10.0.0.0/8]}]',
    ),
  );
  assert.deepEqual(problems, []);
  const rules = exposedBy('shop', config!.apps.shop!.expose);
  assert.deepEqual(
    rules.map(({ id, owner, ports, sources, zones }) => [id, owner, ports, sources, zones]),
    [
      ['app/shop/tcp-8080', 'app/shop', ['8080'], [], []],
      ['app/shop/tcp-9000-9010', 'app/shop', ['9000-9010'], [], []],
      ['app/shop/udp-53', 'app/shop', ['53'], ['@office'], ['overlay', 'outside']],
      ['app/shop/tcp-8080.2', 'app/shop', ['8080'], ['10.0.0.0/8'], []],
    ],
  );
});

test('what no rule could be is a problem at its place', async (t) => {
  const port = 'a port is a number from 1 to 65535; a range looks like 8000-8010';
  for (const [expose, path, words] of [
    ['[0]', '[0].port', port],
    ['[{port: true}]', '[0].port', port],
    ['[{protocol: udp}]', '[0].port', 'is missing'],
    ['[{port: 1, form: [10.0.0.1]}]', '[0].form', 'unknown key (did you mean from?)'],
    ['[{port: 1, protocol: icmp}]', '[0].protocol', ''],
    ['[{port: 1, from: [banana]}]', '[0].from[0]', 'a source is addresses'],
    ['[{port: 1, from: [10.0.0.1, "@ofice"]}]', '[0].from[1]', 'did you mean office?'],
    ['[80, {port: 1, zones: [overly]}]', '[1].zones[0]', 'the firewall of web-1 has no zone overly (did you'],
  ] as const) {
    const { problems } = await reading(t, files(expose));
    assert.equal(problems.length, 1, `${expose}: ${problems.join('\n')}`);
    assert.match(problems[0] ?? '', /^a\.yml:7:\d+ /);
    assert.ok(problems[0]?.includes(` apps.shop.expose${path} `), problems[0]);
    assert.ok(problems[0]?.includes(words), problems[0]);
  }
});

test('names count where a firewall is declared; a host without one lacks none', async (t) => {
  const strange = '[{port: 1, from: ["@nowhere"]}]';
  assert.deepEqual((await reading(t, files(strange, 'bare'))).problems, []);
  const { problems } = await reading(t, files(strange, 'bare, web-1'));
  assert.match(problems.join('\n'), /the firewall of web-1 has no address set nowhere/);
});
