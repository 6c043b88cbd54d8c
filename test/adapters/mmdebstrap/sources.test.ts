import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settingsFrom, sourcesFor } from '../../../src/adapters/mmdebstrap/sources.ts';

const uris = (sources: string) =>
  sources.split('\n\n').map((entry) => {
    const field = (name: string) => entry.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1];
    return [field('URIs'), field('Suites'), field('Components')].join(' ');
  });

const USUAL = [
  'http://deb.debian.org/debian bookworm main',
  'http://deb.debian.org/debian bookworm-updates main',
  'http://deb.debian.org/debian-security bookworm-security main',
];

describe('the sources of a build', () => {
  it("are the host's own mirror of the same suite, and nobody else's archive", () => {
    const targets = [
      'Debian|bookworm|bookworm|main|http://mirror.example/debian/',
      'Debian|bookworm|bookworm|contrib|http://mirror.example/debian/',
      'Debian|bookworm-security|stable-security|main|http://mirror.example/debian-security/',
      'Debian|trixie|trixie|main|http://mirror.example/debian/',
      '. nodistro|nodistro|nodistro|main|https://deb.nodesource.example/node_20.x/',
      'Docker|bookworm|bookworm|stable|https://download.docker.example/linux/debian/',
    ].join('\n');
    assert.deepEqual(uris(sourcesFor('bookworm', targets)), [
      'http://mirror.example/debian/ bookworm main contrib',
      'http://mirror.example/debian-security/ bookworm-security main',
    ]);
  });

  it('are told by their usual path where no index was fetched yet', () => {
    const unknown = '$(ORIGIN)|$(CODENAME)|bookworm|main';
    const targets = [
      `${unknown}|http://mirror.example/debian/`,
      `${unknown}|http://third.example/stuff/`,
    ].join('\n');
    assert.deepEqual(uris(sourcesFor('bookworm', targets)), ['http://mirror.example/debian/ bookworm main']);
  });

  it("are Debian's own on a host of another release", () => {
    assert.deepEqual(
      uris(sourcesFor('bookworm', 'Ubuntu|jammy|jammy|main|http://ubuntu.example/ubuntu/')),
      USUAL,
    );
  });

  it('never take an address with a password, which would end up in the image', () => {
    assert.deepEqual(
      uris(sourcesFor('bookworm', 'Debian|bookworm|bookworm|main|http://u:p@mirror.example/debian/')),
      USUAL,
    );
  });

  it("are only believed when Debian's keys signed them", () => {
    for (const entry of sourcesFor('bookworm', '').split('\n\n')) {
      assert.match(entry, /^Signed-By: \/usr\/share\/keyrings\/debian-archive-keyring\.gpg$/m);
    }
  });
});

describe("the host's apt settings", () => {
  it('give proxies to the environment and the age check to the image', () => {
    const dump = [
      'APT::Architecture=amd64',
      'Acquire::http::Proxy=http://proxy:3142',
      'Acquire::https::Proxy=DIRECT',
      'Acquire::Check-Valid-Until=false',
    ].join('\n');
    assert.deepEqual(settingsFrom(dump), {
      env: { http_proxy: 'http://proxy:3142' },
      options: ['Acquire::Check-Valid-Until "false"'],
    });
  });

  it('are none where the host has none', () => {
    assert.deepEqual(settingsFrom('Acquire::Check-Date=1\n'), { env: {}, options: [] });
  });
});

describe('the sources of an image', () => {
  it('are those of a moment, where it names one', () => {
    assert.deepEqual(
      uris(sourcesFor('bookworm', '', { snapshot: '2026-11-21', components: ['main', 'contrib'] })),
      [
        'http://snapshot.debian.org/archive/debian/20261121T000000Z bookworm main contrib',
        'http://snapshot.debian.org/archive/debian/20261121T000000Z bookworm-updates main contrib',
        'http://snapshot.debian.org/archive/debian-security/20261121T000000Z bookworm-security main contrib',
      ],
    );
  });

  it('are those of its mirror, with security updates from Debian itself', () => {
    assert.deepEqual(uris(sourcesFor('bookworm', '', { mirror: 'http://m.example/debian' })), [
      'http://m.example/debian bookworm main',
      'http://m.example/debian bookworm-updates main',
      'http://deb.debian.org/debian-security bookworm-security main',
    ]);
  });

  it("have its own components also where the host's mirror is used", () => {
    const targets = 'Debian|bookworm|bookworm|main|http://mirror.example/debian/\n';
    assert.deepEqual(uris(sourcesFor('bookworm', targets, { components: ['main', 'non-free-firmware'] })), [
      'http://mirror.example/debian/ bookworm main non-free-firmware',
    ]);
  });

  it('have no updates where there are none', () => {
    assert.deepEqual(uris(sourcesFor('sid', '', {})), ['http://deb.debian.org/debian sid main']);
  });
});
