/** The key that signs an archive of packages, as an image's definition names it. */

import { fingerprintsOf } from '../../adapters/mmdebstrap/fingerprint.ts';
import { armoured, unarmoured } from '../../adapters/mmdebstrap/key.ts';
import { readImageFile } from '../../config/image-files.ts';
import type { ImageDefinition } from '../../config/images.ts';
import { asMusterError, MusterError } from '../../errors.ts';

type Source = ImageDefinition['sources'][string];

/** The key, armoured. Rejects with `image.file`, `image.keyform`, `image.keymissing` where it is still to be fetched, or `image.keyother` where it is not the one of its fingerprint. */
export async function keyOfSource(name: string, source: Source, folder: string): Promise<string> {
  const fingerprint = source.fingerprint && plain(source.fingerprint);
  const content = await contentOf(source, folder);
  const [key, packets] = [armoured(content), unarmoured(content)];
  const place = source.key ?? `sources.${name}.keyText`;
  if (key === undefined || packets === undefined) throw new MusterError('image.keyform', { source: place });
  if (fingerprint === undefined) return key;
  const found = fingerprintsOf(packets);
  // Apt would trust whatever else is in the file as much.
  if (found?.length !== 1 || found[0] !== fingerprint)
    throw new MusterError('image.keyother', { source: place, fingerprint, got: found?.join(', ') });
  return key;
}

/** A fingerprint as programs write it. */
const plain = (fingerprint: string): string => fingerprint.replaceAll(' ', '').toUpperCase();

async function contentOf({ address, key, keyText, fingerprint }: Source, folder: string): Promise<Buffer> {
  if (key === undefined) return Buffer.from(keyText ?? '');
  try {
    return (await readImageFile(folder, key)).content;
  } catch (thrown) {
    if (fingerprint === undefined || asMusterError(thrown).facts.message !== 'ENOENT') throw thrown;
    throw new MusterError(
      'image.keymissing',
      { address, file: `images/${key}`, fingerprint: plain(fingerprint) },
      { cause: thrown },
    );
  }
}
