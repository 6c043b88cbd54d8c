/** By what machines are restarted, and how long that may take. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patienceFor, restartOf } from '../../../src/jobs/machine/restart.ts';
import { config, known, MAC } from './known.ts';

const how = (machine: object, hosts: object = {}) => {
  const of = config({
    hosts: { local: { link: 'local' }, ...hosts },
    machines: { 'node-7': { mac: [MAC], ...machine } },
  });
  return restartOf(known(of)[0]!, of);
};
const ssh = { 'node-7': { link: 'ssh', address: '192.0.2.7' } };
const ipmi = { power: { kind: 'ipmi', address: '192.0.2.8', user: 'muster', password: 'env:SECRET' } };

test('a machine is restarted by its power, over ssh, or by hand, whichever it has first', () => {
  assert.equal(how(ipmi, ssh).by, 'power');
  assert.equal(how({}, ssh).by, 'ssh');
  assert.equal(how({}).by, 'hand');
  assert.equal(how({}, { 'node-7': { link: 'icp', address: '192.0.2.7' } }).by, 'hand');
});

test('what can only be woken is restarted over ssh where that is possible', () => {
  assert.equal(how({ power: { kind: 'wake' } }, ssh).by, 'ssh');
  assert.equal(how({ power: { kind: 'wake' } }).by, 'power');
});

test('people have longer than power has', () => {
  assert.ok(patienceFor(how({}), 1) > patienceFor(how(ipmi), 1));
  assert.equal(patienceFor(how({ power: { kind: 'wake' } }), 1), patienceFor(how({}), 1));
});

test('a plan holds no password, and names where it is', () => {
  assert.match(JSON.stringify(how(ipmi)), /env:SECRET/);
});
