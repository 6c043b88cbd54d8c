/** iPXE itself with the script of an image: what it does where a transfer breaks off. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { imageScript } from '../../../src/adapters/ipxe/scripts.ts';
import { needs } from '../../needs.ts';
import { until } from '../../until.ts';

const BYTES = 40_000;
const TOKEN = 'k'.repeat(32);
const blob = (digit: string) => ({ sha256: digit.repeat(64), bytes: BYTES });
const IMAGE = {
  ...{ token: TOKEN, discover: false },
  bootable: {
    ...{ version: 'live@2026-11-21.1', format: 'squashfs' as const, kernelLine: 'quiet' },
    ...{ kernel: blob('a'), initrd: blob('b'), root: blob('c') },
  },
};

test('what breaks off is fetched again, and told once it does not go well three times', {
  skip: needs(['qemu-system-x86_64']),
}, async () => {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    const { port } = server.address() as AddressInfo;
    const [part = url.replace(/\?.*/, '')] = /(?<=p=|stage=)\w+/.exec(url) ?? [];
    asked.push(url.includes('/failed') ? `failed ${part}` : part);
    if (url === '/script') {
      // That of the host, as the network of QEMU's own has it.
      const base = `http://10.0.2.2:${port}`;
      const asking = { mac: '52:54:00:12:34:56', firmware: 'bios', address: '10.0.2.15' } as const;
      response.end(imageScript({ base, asking, title: 'Muster' }, IMAGE));
    } else if (part === 'initrd' || asked.filter((one) => one === part).length < 3) {
      response.writeHead(200, { 'content-length': BYTES });
      response.write(Buffer.alloc(BYTES / 2), () => response.destroy());
    } else response.end(Buffer.alloc(BYTES));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let machine: ChildProcess | undefined;
  try {
    const options = [
      ...['-nodefaults', '-display', 'none', '-machine', 'q35', '-m', '256', '-boot', 'order=n'],
      ...[
        '-netdev',
        `user,id=lan,bootfile=http://10.0.2.2:${port}/script`,
        '-device',
        'virtio-net-pci,netdev=lan',
      ],
    ];
    machine = spawn('qemu-system-x86_64', options, { stdio: 'ignore' });
    await until(() => asked.includes('failed initrd'), 'it tells what it could not fetch', 120_000);
    assert.deepEqual(asked, [
      '/script',
      ...Array(3).fill('kernel'),
      ...Array(3).fill('initrd'),
      'failed initrd',
    ]);
  } finally {
    machine?.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
  }
});
