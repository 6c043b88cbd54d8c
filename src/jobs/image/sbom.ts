/** What an image is made of, for programs that look for what is known to be wrong with it: CycloneDX 1.6 as JSON. */
import { ComponentType } from '@cyclonedx/cyclonedx-library/Enums';
import { Bom, Component } from '@cyclonedx/cyclonedx-library/Models';
import { JSON as Json, JsonSerializer } from '@cyclonedx/cyclonedx-library/Serialize';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import type { Candidate } from './candidate.ts';

/**
 * The bill of materials of a build. The same packages give the same bytes: it has no number of its own, no version of the image (which
 * names these bytes), and says no other time than that of the image itself.
 */
export function sbomOf({
  image,
  key,
  architecture,
  packages,
  epoch,
}: Pick<Candidate, 'image' | 'key' | 'architecture' | 'packages' | 'epoch'>): string {
  const bom = new Bom();
  bom.metadata.timestamp = new Date(epoch * 1_000);
  bom.metadata.component = new Component(ComponentType.OperatingSystem, image, {
    version: key,
    bomRef: `${image}@${key}`,
  });
  for (const line of packages) {
    const [name = '', version = ''] = line.split(' ');
    const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`;
    bom.components.add(new Component(ComponentType.Library, name, { version, purl, bomRef: purl }));
  }
  const serializer = new JsonSerializer(new Json.Normalize.Factory(Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true })}\n`;
}
