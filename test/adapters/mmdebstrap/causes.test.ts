import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { causeOf, tells } from '../../../src/adapters/mmdebstrap/causes.ts';

/** What apt and mmdebstrap 1.3.5 really wrote. */
const RAN = 'E: apt-get update --error-on=any -oAPT::Status-Fd=<$fd> -oDpkg::Use-Pty=false failed';
const END = 'E: mmdebstrap failed to run';

describe('why mmdebstrap failed', () => {
  it('names a package that no archive has, and a version that none has', () => {
    assert.deepEqual(causeOf(['E: Unable to locate package opnssh-server', END]), {
      kind: 'package',
      name: 'opnssh-server',
    });
    assert.deepEqual(causeOf(["E: Version '99' for 'tini' was not found", END]), {
      kind: 'package',
      name: 'tini=99',
    });
    assert.deepEqual(causeOf(["E: Package 'awk' has no installation candidate"]), {
      kind: 'package',
      name: 'awk',
    });
  });

  it('names an archive that is out of date, or of tomorrow', () => {
    const address = 'http://127.0.0.1:8/debian/dists/bookworm-updates/InRelease';
    const said = (why: string) => [
      `E: Release file for ${address} is ${why}. Updates for this repository will not be applied.`,
      RAN,
      END,
    ];
    for (const message of [
      'expired (invalid since 15d 12h 52min 59s)',
      'not valid yet (invalid for another 2h 3min 4s)',
    ])
      assert.deepEqual(causeOf(said(message)), { kind: 'dated', address, message });
  });

  it('names an archive that is not reached, by why', () => {
    const lines = [
      'Err:1 http://127.0.0.1:1/debian bookworm InRelease',
      '  Could not connect to 127.0.0.1:1 (127.0.0.1). - connect (111: Connection refused)',
      'E: Failed to fetch http://127.0.0.1:1/debian/dists/bookworm/InRelease  Could not connect to 127.0.0.1:1 (127.0.0.1). - connect (111: Connection refused)',
      'E: Some index files failed to download. They have been ignored, or old ones used instead.',
      RAN,
      END,
    ];
    assert.deepEqual(causeOf(lines), {
      kind: 'archive',
      address: 'http://127.0.0.1:1/debian/dists/bookworm/InRelease',
      message: 'Could not connect to 127.0.0.1:1 (127.0.0.1). - connect (111: Connection refused)',
    });
    const none = [
      "E: The repository 'http://deb.debian.org/debian nosuchsuite Release' does not have a Release file.",
      RAN,
    ];
    assert.deepEqual(causeOf(none), {
      kind: 'archive',
      address: 'http://deb.debian.org/debian nosuchsuite',
      message: '404',
    });
  });

  it('names a release that has nothing for the machine, or not in these components', () => {
    const line = "E: apt-get update did not find any indices for architecture 'amd64' in suite 'bookworm'";
    assert.deepEqual(causeOf([line, END]), { kind: 'archive', address: 'bookworm', message: line.slice(3) });
  });

  it('names the keys of an archive that is signed with others than it should be', () => {
    const lines = [
      "W: GPG error: http://deb.debian.org/debian bookworm-backports InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 6ED0E7B82643E131 NO_PUBKEY 78DBA3BC47EF2265",
      "E: The repository 'http://deb.debian.org/debian bookworm-backports InRelease' is not signed.",
      RAN,
    ];
    const address = 'http://deb.debian.org/debian bookworm-backports';
    assert.deepEqual(causeOf(lines), {
      kind: 'key',
      address,
      keys: ['6ED0E7B82643E131', '78DBA3BC47EF2265'],
    });
    assert.deepEqual(causeOf(lines.slice(1)), { kind: 'key', address, keys: [] });
  });

  it('names packages that exclude each other', () => {
    const lines = [
      'The following packages have unmet dependencies:',
      ' sysvinit-core : Conflicts: systemd-sysv',
      'E: Unable to correct problems, you have held broken packages.',
    ];
    assert.deepEqual(causeOf(lines), {
      kind: 'conflict',
      message: 'sysvinit-core : Conflicts: systemd-sysv',
    });
    assert.ok(lines.slice(1).every(tells));
    assert.equal(tells('  adduser apt base-files'), false);
  });

  it('sees a full disk behind whatever came of it', () => {
    const lines = [
      'E: Failed to fetch http://a/Packages  Write error - write (28: No space left on device)',
      'E: Unable to locate package tini',
    ];
    assert.deepEqual(causeOf(lines), { kind: 'full' });
    assert.deepEqual(causeOf(["E: You don't have enough free space in /var/cache/apt/archives/."]), {
      kind: 'full',
    });
  });

  it('does not guess', () => {
    assert.equal(causeOf(['E: something new', END]), undefined);
    assert.equal(causeOf([]), undefined);
  });
});
