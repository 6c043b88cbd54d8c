/** Definitions of images, and how they are built. */
import type { imageBuildCommands as English } from '../en/image-build.ts';
import type { Messages } from '../language.ts';

/** What is wrong with a definition. */
export const imageConfig: Messages['images']['config'] = {
  archive:
    'pakettivarasto on http:// tai https:// ja osoite ilman salasanaa, esimerkiksi http://deb.debian.org/debian',
  aptWord:
    'kirjaimia, numeroita, pisteitä, viivoja, alaviivoja ja vinoviivoja, esimerkiksi bookworm tai non-free-firmware',
  package: 'paketti on esimerkiksi openssh-server tai openssh-server=1:9.2p1-2+deb12u3',
  moment: 'ajankohta on esimerkiksi 2026-11-21T00:00:00Z',
  fleeting: 'hakemistojen /dev, /proc, /run, /sys ja /tmp sisältö ei jää levykuvaan',
  text: 'tekstiä ilman ohjausmerkkejä, paitsi rivinvaihdot ja sarkaimet',
  fingerprint: 'OpenPGP-avaimen sormenjäljessä on 40 heksadesimaalinumeroa, välilyönnein tai ilman',
  mode: 'oktaalinumeroita lainausmerkeissä, esimerkiksi "0644"',
  sourceName: 'pieniä kirjaimia, numeroita ja viivoja, esimerkiksi hashicorp',
  variable: 'kirjaimia, numeroita, viivoja ja alaviivoja',
  oneOf: (f) => `tarvitsee täsmälleen yhden näistä: ${f.names.join(', ')}`,
  circle: (f) => `kiertää kehää: ${f.names.join(' → ')}`,
  noSettings: (f) => `tarvitsee asetuksensa kohtaan ${f.builder}`,
  lxd: 'lxd tarvitsee rinnalleen muodon squashfs',
  notBooted: 'koneet eivät käynnisty muodoista docker ja lxd: kirjoita gate: []',
};

/** What a build says. */
export const imageBuild: Messages['images']['build'] = {
  plan: (f) => `levykuvan ${f.image} koonti palvelimella ${f.host}`,
  built: (f) => `${f.image} on koottu`,
  promoted: (f) => `${f.image} on koottu ja otettu käyttöön`,
  step: (f) => `levykuvan ${f.image} koonti palvelimella ${f.host}`,
  unchanged: (f) =>
    `${f.image}: määrittely ja paketit ovat ennallaan edellisestä koonnista (${f.day}), jota käytetään uudelleen`,
  ready: (f) => `${f.image} koottu, kesto ${f.time}: ${f.count} pakettia, ${f.parts}`,
  nobody: (f) => `ryhmän ${f.group} avaimet: ${f.why}`,
  packing: (f) => `valmistetaan ${f.part}`,
};

/** What the commands say of themselves. */
export const imageBuildCommands: typeof English = {
  'build image': {
    summary: 'Kokoa levykuva, josta koneet käynnistyvät, ja tee siitä versio',
    description:
      'Jos määrittely ja paketit ovat ennallaan, mitään ei koota uudelleen. Versio otetaan käyttöön vasta, kun kone on käynnistynyt siitä.',
    fields: {
      image: 'levykuva, tiedostonsa nimellä hakemistossa images/',
      on: 'tällä palvelimella; oletuksena sillä, josta koneet käynnistyvät, tai muuten jollakin, jonka label on build',
      promote: 'koneet saavat sen siitä lähtien, kun se on käynnistynyt',
      fresh: 'kokoa, vaikka mikään ei olisi muuttunut',
    },
  },
};
