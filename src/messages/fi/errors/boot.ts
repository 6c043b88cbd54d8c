/** The boot server. */
import { type Entry, entry } from '../../entry.ts';

/** Why it cannot listen, by the system's code for it. */
const WHY_NOT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'siellä kuuntelee jo jokin muu',
  EADDRNOTAVAIL: 'tällä palvelimella ei ole sitä osoitetta',
};

export const boot = {
  'boot.none': entry(
    () => 'asetuksissa ei ole palvelinta, josta koneet käynnistyvät',
    () => 'Aseta boot.host, boot.interface ja boot.address, sitten /reload.',
  ),
  'boot.taken': entry(
    (f) =>
      `käynnistyspalvelin ei voi kuunnella osoitteessa ${f.listen}: ${WHY_NOT[`${f.message}`] ?? f.message}`,
    () => 'Korjaa boot.address tai boot.port, tai pysäytä se, mitä siellä on; sitä yritetään yhä uudelleen.',
  ),
  'boot.request': entry(
    (f) => `käynnistyspalvelin ei ymmärtänyt pyyntöä: ${f.problem}`,
    () => 'Katso docs/boot.md.',
  ),
  'boot.nowhere': entry(
    () => 'käynnistyspalvelimella ei ole siellä mitään',
    () => 'Katso docs/boot.md.',
  ),
  'boot.method': entry(
    () => 'käynnistyspalvelin ei tee siellä sellaista',
    () => 'Katso docs/boot.md.',
  ),
  'boot.token': entry(
    () => 'kukaan ei tunne käynnistystä, jolla olisi tuo tunniste',
    () => 'Käynnistä kone uudelleen: se saa oman tunnisteensa.',
  ),
  'boot.given': entry(
    () => 'se on jo annettu, ja se annetaan vain kerran',
    () => 'Käynnistä kone uudelleen.',
  ),
  'boot.guessing': entry(
    () => 'tuosta osoitteesta tulee liikaa tunnisteita, joita kukaan ei tunne',
    () => 'Odota minuutti.',
  ),
  'boot.busy': entry(
    () => 'liian moni kone hakee yhtä aikaa',
    () => 'Kysy uudelleen; boot.downloads kertoo, kuinka moni saa.',
  ),
  'boot.loaders': entry(
    (f) => `kansiossa ${f.folder} ei ole iPXE-ohjelmia koneiden ladattavaksi`,
    () =>
      'apt install ipxe, tai pane undionly.kpxe ja snponly.efi Musterin kansioon loaders tuolla palvelimella.',
  ),
  'boot.dnsmasq': entry(
    (f) => `dnsmasq päättyi: ${f.message}`,
    () =>
      'Se käynnistetään uudelleen; onko boot.interface olemassa, ja jakaako jokin muu osoitteita tällä palvelimella?',
  ),
  'boot.corrupt': entry(
    (f) => `kirjastossa on muuta sisältöä kuin ${f.sha256}`,
    () => 'Poista tuo tiedosto kirjastosta, ja rakenna tai kopioi levykuva uudelleen: /image list.',
  ),
} satisfies Record<string, Entry>;
