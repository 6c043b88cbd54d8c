/** Definitions of images, and how they are built. */

/** What is wrong with a definition. */
export const imageConfig = {
  archive:
    'an archive is http:// or https:// and an address without a password, like http://deb.debian.org/debian',
  aptWord: 'letters, digits, dots, dashes, underscores and slashes, like bookworm or non-free-firmware',
  package: 'a package looks like openssh-server, or openssh-server=1:9.2p1-2+deb12u3',
  moment: 'a moment looks like 2026-11-21T00:00:00Z',
  fleeting: 'what is in /dev, /proc, /run, /sys and /tmp does not stay in an image',
  text: 'text, without control characters but line ends and tabs',
  fingerprint: 'the fingerprint of an OpenPGP key has 40 hexadecimal digits, with or without spaces',
  mode: 'octal digits in quotes, like "0644"',
  sourceName: 'lower-case letters, digits and dashes, like hashicorp',
  variable: 'letters, digits, dashes and underscores',
  oneOf: (f: { names: readonly string[] }) => `needs exactly one of: ${f.names.join(', ')}`,
  circle: (f: { names: readonly string[] }) => `goes round in a circle: ${f.names.join(' → ')}`,
  noSettings: (f: { builder: string }) => `needs its settings under ${f.builder}`,
  lxd: 'lxd needs squashfs beside it',
  notBooted: 'machines boot neither docker nor lxd: say gate: []',
};

/** What a build says. */
export const imageBuild = {
  plan: (f: { image: string; host: string }) => `build ${f.image} on ${f.host}`,
  built: (f: { image: string }) => `${f.image} is built`,
  promoted: (f: { image: string }) => `${f.image} is built and promoted`,
  step: (f: { image: string; host: string }) => `build ${f.image} on ${f.host}`,
  unchanged: (f: { image: string; day: string }) =>
    `${f.image}: neither the definition nor the packages have changed since the build of ${f.day}, which is used again`,
  ready: (f: { image: string; time: string; count: number; parts: string }) =>
    `${f.image} built in ${f.time}: ${f.count} packages, ${f.parts}`,
  nobody: (f: { group: string; why: string }) => `keys of ${f.group}: ${f.why}`,
  packing: (f: { part: string }) => `making ${f.part}`,
};

/** What the commands say of themselves. */
export const imageBuildCommands = {
  'build image': {
    summary: 'Build an image that machines boot, and make a version of it',
    description:
      'An unchanged definition over unchanged packages is not built again. A version is promoted only after it booted.',
    fields: {
      image: 'the image, by its file in images/',
      on: 'on this host; by default the one that machines boot from, or else one labelled build',
      promote: 'machines get it from then on, once it booted',
      fresh: 'build it also where nothing has changed',
    },
  },
};
