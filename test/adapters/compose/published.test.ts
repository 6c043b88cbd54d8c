import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publishedBy } from '../../../src/adapters/compose/published.ts';

const of = (...ports: unknown[]) =>
  publishedBy({ services: { web: { ports } } }).map(({ protocol, ports: text }) => `${protocol}/${text}`);

test('ports are read as each version of Compose prints them', () => {
  assert.deepEqual(of({ mode: 'ingress', target: 80, published: '8080', protocol: 'tcp' }), ['tcp/8080']);
  assert.deepEqual(of({ target: 53, published: 53, protocol: 'udp' }, { target: 1, published: 2 }), [
    'udp/53',
    'tcp/2',
  ]);
  assert.deepEqual(of('0.0.0.0:8080:80/tcp', '53:53/udp', '9000-9002:9000-9002', '[::]:81:80'), [
    'tcp/8080',
    'udp/53',
    'tcp/9000-9002',
    'tcp/81',
  ]);
});

test('what only the host reaches, what the engine chooses and what is published twice is left out', () => {
  assert.deepEqual(
    of(
      '127.0.0.1:80:80/tcp',
      '::1:5:5/tcp',
      { target: 80, published: '81', host_ip: '127.0.0.2' },
      { target: 80, published: '82', host_ip: '::1' },
      { target: 70 },
      '80',
    ),
    [],
  );
  const twice = { services: { a: { ports: ['80:80'] }, b: { ports: ['80:81', '90:90/sctp'] }, c: {} } };
  assert.deepEqual(publishedBy(twice), [{ protocol: 'tcp', ports: '80' }]);
});
