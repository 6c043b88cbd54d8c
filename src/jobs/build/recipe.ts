/** What the base image is made of. */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path/posix';
import type { Recipe } from '../../adapters/mmdebstrap/commands.ts';
import { WITHOUT_DOCUMENTATION } from '../../adapters/mmdebstrap/dpkg.ts';
import { canonical } from '../plan.ts';
import { RUNTIME, type Runtime } from './runtime.ts';

/** Nothing in the image is younger than the day of Debian 12, seconds since 1970. */
export const BASE_EPOCH = 1_686_355_200;

/**
 * Debian stable, small: no manuals, no translations, no documentation but copyright; a user `app` (1000) to run as; an
 * init for the program `hub`, which needs Node besides.
 */
const PLAIN: Recipe = {
  suite: 'bookworm',
  packages: ['busybox-static', 'ca-certificates', 'tini', 'usr-is-merged'],
  dpkgOptions: WITHOUT_DOCUMENTATION,
  hooks: [
    // mmdebstrap copies the host's own, which an image must not know.
    'rm -f "$1/etc/hostname" "$1/etc/resolv.conf"',
    'chroot "$1" useradd --create-home --uid 1000 --shell /bin/bash app',
    // The init is there twice.
    'rm -f "$1/usr/bin/tini-static"',
    // Written again by whoever needs them; they hold times.
    'rm -rf "$1"/var/cache/debconf/*-old "$1"/var/lib/dpkg/*-old "$1"/var/log/apt "$1"/var/log/*.log "$1"/var/cache/ldconfig/aux-cache',
  ],
  epoch: BASE_EPOCH,
};

/** With the Node that Muster brings; without one, with Debian's. */
export const recipeWith = (runtime: Runtime | undefined): Recipe =>
  runtime
    ? {
        ...PLAIN,
        files: [{ from: runtime.file, to: RUNTIME }],
        hooks: [...PLAIN.hooks, `ln -s "..${RUNTIME.replace('/usr', '')}" "$1/usr/bin/node"`],
      }
    : {
        ...PLAIN,
        packages: [...PLAIN.packages, 'nodejs'],
        hooks: [
          ...PLAIN.hooks,
          // Only compilers read the types.
          'rm -rf "$1/usr/share/nodejs/@types"',
          `install -d "$1${dirname(RUNTIME)}"`,
          `ln -s /usr/bin/node "$1${RUNTIME}"`,
        ],
      };

/** Names a build by what goes into it, 16 hexadecimal digits: the same recipe while the archive offers the same has the same key. */
export const keyOf = (recipe: Recipe, candidates: readonly string[]): string =>
  createHash('sha256')
    .update(canonical({ recipe, candidates: [...candidates] }))
    .digest('hex')
    .slice(0, 16);
