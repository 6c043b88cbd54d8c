/** Images of machines. */
import { type Entry, entry } from '../../entry.ts';

/** Why a file of a definition cannot be used, by the system's code for it. */
const WHY_NOT: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder, or no plain file',
  EFBIG: 'it is larger than 16 MiB',
  EXDEV: 'it is outside of images/',
  EACCES: 'no permission to read it',
  ELOOP: 'the link goes round in a circle',
};

export const images = {
  'image.file': entry(
    (f) => `${f.file} cannot be used: ${WHY_NOT[`${f.message}`] ?? f.message}`,
    () =>
      'It has to be a file below images/ of the configuration, not larger than 16 MiB, and no link out of there.',
  ),
  'image.changed': entry(
    (f) => `the definition of ${f.image} is another one by now`,
    (f) => `/build image ${f.image} builds it as it is now.`,
  ),
  'image.package': entry(
    (f) => `no archive of ${f.image} has a package ${f.name}${f.near ? ` (did you mean ${f.near}?)` : ''}`,
    (f) => `Mend it in images/${f.image}.yml, then /build image ${f.image}.`,
  ),
  'image.conflict': entry(
    (f) => `the packages of ${f.image} do not go together: ${f.message}`,
    (f) => `Mend the packages in images/${f.image}.yml, then /build image ${f.image}.`,
  ),
  'image.archive': entry(
    (f) => `the archive ${f.address} cannot be reached: ${f.message}`,
    (f) => `Is it reachable from the host that builds? Then /build image ${f.image}.`,
  ),
  'image.dated': entry(
    (f) => `the archive ${f.address} is out of date by the clock of ${f.host}: ${f.message}`,
    () =>
      'Is that clock right, and is the mirror kept up to date? For packages as they once were there is snapshot.',
  ),
  'image.key': entry(
    (f) =>
      `the archive ${f.address} is not signed with the key that ${f.image} has for it${f.key ? ` but with ${f.key}` : ''}`,
    () => 'Put the key of the archive into the definition, after a look at its fingerprint.',
  ),
  'image.keyform': entry(
    (f) => `${f.source}: that is no public key of OpenPGP`,
    () => 'A key is a file of gpg --export, armoured or not.',
  ),
  'image.keymissing': entry(
    (f) => `the key that signs ${f.address} is not there yet: ${f.file}`,
    (f) =>
      `Fetch it from its owner, look that its fingerprint is ${f.fingerprint}, and put it there; no other one is taken.`,
  ),
  'image.keyother': entry(
    (f) => `${f.source} is not the key that is expected${f.got ? `: in it is ${f.got}` : ''}`,
    (f) =>
      `Its fingerprint has to be ${f.fingerprint}, and no other key may be in the file: ask its owner before you change either.`,
  ),
  'image.hook': entry(
    (f) => `${f.hook} of ${f.image} failed${f.status ? ` with ${f.status}` : ''}`,
    () => 'Its last lines say why; /job shows them.',
  ),
  'image.setup': entry(
    (f) => `${f.image} could not be set up: ${f.message}`,
    () => 'The last lines say why; /job shows them.',
  ),
  'image.nokernel': entry(
    (f) => `there is no kernel in ${f.image}`,
    () => 'Add the package linux-image-amd64, or say gate: [] where no machine is to boot it.',
  ),
  'image.nodrivers': entry(
    (f) => `the drivers of the kernel are gone from ${f.image} before its initramfs is made`,
    () =>
      'Hooks leave /lib/modules there; a program in /etc/initramfs/post-update.d may take it away afterwards.',
  ),
  'image.output': entry(
    (f) => `the builder of ${f.image} left no file ${f.file}`,
    () => 'Its outputs say which files are which part of the image.',
  ),
  'image.builder': entry(
    (f) => `the builder of ${f.image} failed${f.status ? ` with ${f.status}` : ''}: ${f.message}`,
    () => 'The last lines say why; /job shows them.',
  ),
  'image.unknown': entry(
    (f) => `there is no version ${f.version} of an image`,
    () => '/image list shows what there is.',
  ),
  'image.none': entry(
    (f) => `there is no version of ${f.image} yet`,
    (f) => `/build image ${f.image} makes one.`,
  ),
  'image.notbuilt': entry(
    (f) => `this run has built nothing of ${f.image}${f.host ? ` on ${f.host}` : ''}`,
    (f) => `/build image ${f.image} --fresh builds it anew.`,
  ),
  'image.blob': entry(
    (f) =>
      `${f.part} of ${f.image} on ${f.host} is not what it was: ${f.sha256}… is missing or has other bytes`,
    (f) => `Is the disk of ${f.host} in order? /build image ${f.image} --fresh builds it anew.`,
  ),
  'image.forged': entry(
    (f) => `the manifest of ${f.version} is missing, or was changed after it was signed`,
    () => 'Who could write there? Promote another version, and build this image anew.',
  ),
  'image.taken': entry(
    (f) => `${f.version} was published by another run`,
    () => '/image list shows what there is.',
  ),
  'image.gate': entry(
    (f) => `${f.version} did not boot with ${f.firmware}${f.cause ? `: ${f.cause}` : ''}`,
    (f) => `/image show ${f.version} shows how it went; --force promotes it all the same.`,
  ),
  'image.gatehost': entry(
    (f) => `images are tried where Muster runs, and ${f.host} is elsewhere`,
    () => 'Set boot.host to the host with link: local, or gate: [] in the definition.',
  ),
  'image.gateless': entry(
    (f) =>
      `${f.version} cannot be tried: only images for amd64 with a kernel and a root file system boot here`,
    (f) => `Set gate: [] in the definition of ${f.image}.`,
  ),
  'image.untried': entry(
    (f) => `nobody has tried to boot ${f.version} with ${f.firmware}`,
    () => '/build image tries what it builds; --force promotes it all the same.',
  ),
  'image.nonebefore': entry(
    (f) => `no version of ${f.image} that is still there was promoted before`,
    (f) => `/image list ${f.image} shows what there is; /image promote takes any.`,
  ),
  'image.moved': entry(
    (f) => `somebody has promoted another version of ${f.image} meanwhile`,
    (f) => `/image list ${f.image} shows how it stands; then try again.`,
  ),
  'image.twoimages': entry(
    (f) => `${f.one} and ${f.other} are versions of two images`,
    () => '/image diff compares two versions of one.',
  ),
  'image.alone': entry(
    (f) => `there is no version that ${f.version} could be compared with`,
    (f) => `/image list ${f.image} shows what there is.`,
  ),
} satisfies Record<string, Entry>;
