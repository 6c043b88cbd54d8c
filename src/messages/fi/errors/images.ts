/** Images of machines. */
import { type Entry, entry } from '../../entry.ts';

/** Why a file of a definition cannot be used, by the system's code for it. */
const WHY_NOT: Readonly<Record<string, string>> = {
  ENOENT: 'sellaista tiedostoa ei ole',
  ENOTDIR: 'sellaista tiedostoa ei ole',
  EISDIR: 'se on kansio tai muu kuin tavallinen tiedosto',
  EFBIG: 'se on suurempi kuin 16 MiB',
  EXDEV: 'se on kansion images/ ulkopuolella',
  EACCES: 'sitä ei saa lukea',
  ELOOP: 'linkki kiertää kehää',
};

export const images = {
  'image.file': entry(
    (f) => `tiedostoa ${f.file} ei voi käyttää: ${WHY_NOT[`${f.message}`] ?? f.message}`,
    () => 'Sen pitää olla tiedosto asetusten hakemistossa images/, enintään 16 MiB, eikä linkki sieltä pois.',
  ),
  'image.changed': entry(
    (f) => `levykuvan ${f.image} määrittely on jo toinen`,
    (f) => `/build image ${f.image} kokoaa sen nykyisellään.`,
  ),
  'image.package': entry(
    (f) =>
      `missään levykuvan ${f.image} pakettivarastossa ei ole pakettia ${f.name}${f.near ? ` (tarkoititko ${f.near}?)` : ''}`,
    (f) => `Korjaa tiedosto images/${f.image}.yml ja kirjoita /build image ${f.image}.`,
  ),
  'image.conflict': entry(
    (f) => `levykuvan ${f.image} paketit eivät sovi yhteen: ${f.message}`,
    (f) => `Korjaa paketit tiedostossa images/${f.image}.yml ja kirjoita /build image ${f.image}.`,
  ),
  'image.archive': entry(
    (f) => `pakettivarastoon ${f.address} ei saada yhteyttä: ${f.message}`,
    (f) => `Saako kokoava palvelin siihen yhteyden? Sitten /build image ${f.image}.`,
  ),
  'image.dated': entry(
    (f) => `pakettivarasto ${f.address} ei ole voimassa palvelimen ${f.host} kellon mukaan: ${f.message}`,
    () =>
      'Onko kello oikeassa, ja pidetäänkö peilipalvelinta ajan tasalla? Aiempia paketteja varten on snapshot.',
  ),
  'image.key': entry(
    (f) =>
      `pakettivarastoa ${f.address} ei ole allekirjoitettu avaimella, joka levykuvalla ${f.image} on sille${f.key ? `, vaan avaimella ${f.key}` : ''}`,
    () => 'Kirjoita määrittelyyn pakettivaraston oma avain, kun olet katsonut sen sormenjäljen.',
  ),
  'image.keyform': entry(
    (f) => `${f.source}: se ei ole OpenPGP:n julkinen avain`,
    () => 'Avain on tiedosto, jonka gpg --export kirjoittaa, tekstinä tai ei.',
  ),
  'image.keymissing': entry(
    (f) => `avainta, jolla pakettivarasto ${f.address} allekirjoitetaan, ei vielä ole: ${f.file}`,
    (f) =>
      `Hae se omistajaltaan, tarkista, että sen sormenjälki on ${f.fingerprint}, ja tallenna se sinne; muu avain ei kelpaa.`,
  ),
  'image.keyother': entry(
    (f) => `${f.source} ei ole odotettu avain${f.got ? `: siinä on ${f.got}` : ''}`,
    (f) =>
      `Sormenjäljen on oltava ${f.fingerprint}, eikä tiedostossa saa olla muita avaimia: kysy omistajalta, ennen kuin muutat kumpaakaan.`,
  ),
  'image.hook': entry(
    (f) => `levykuvan ${f.image} ${f.hook} epäonnistui${f.status ? ` (${f.status})` : ''}`,
    () => 'Sen viimeiset rivit kertovat syyn; /job näyttää ne.',
  ),
  'image.setup': entry(
    (f) => `levykuvaa ${f.image} ei voitu viimeistellä: ${f.message}`,
    () => 'Viimeiset rivit kertovat syyn; /job näyttää ne.',
  ),
  'image.nokernel': entry(
    (f) => `levykuvassa ${f.image} ei ole ydintä`,
    () => 'Lisää paketti linux-image-amd64 tai kirjoita gate: [], jos mikään kone ei käynnisty siitä.',
  ),
  'image.nodrivers': entry(
    (f) => `levykuvasta ${f.image} puuttuvat ytimen ajurit, kun sen initramfs tehdään`,
    () =>
      'Koukut jättävät /lib/modules paikalleen; ohjelma kansiossa /etc/initramfs/post-update.d voi poistaa sen jälkeenpäin.',
  ),
  'image.output': entry(
    (f) => `levykuvan ${f.image} kokoaja ei jättänyt tiedostoa ${f.file}`,
    () => 'Sen outputs kertoo, mikä tiedosto on mikäkin levykuvan osa.',
  ),
  'image.builder': entry(
    (f) => `levykuvan ${f.image} kokoaja epäonnistui${f.status ? ` (${f.status})` : ''}: ${f.message}`,
    () => 'Viimeiset rivit kertovat syyn; /job näyttää ne.',
  ),
  'image.none': entry(
    (f) => `levykuvasta ${f.image} ei ole vielä yhtään versiota`,
    (f) => `/build image ${f.image} tekee sellaisen.`,
  ),
  'image.notbuilt': entry(
    (f) => `tämä ajo ei ole koonnut levykuvaa ${f.image}${f.host ? ` palvelimella ${f.host}` : ''}`,
    (f) => `/build image ${f.image} --fresh kokoaa sen uudelleen.`,
  ),
  'image.blob': entry(
    (f) =>
      `levykuvan ${f.image} osa ${f.part} palvelimella ${f.host} ei ole entisensä: ${f.sha256}… puuttuu tai sen tavut ovat toiset`,
    (f) => `Onko palvelimen ${f.host} levy kunnossa? /build image ${f.image} --fresh kokoaa sen uudelleen.`,
  ),
  'image.forged': entry(
    (f) => `version ${f.version} luettelo puuttuu, tai sitä on muutettu allekirjoituksen jälkeen`,
    () => 'Kuka on voinut kirjoittaa sinne? Ota käyttöön toinen versio, ja kokoa tämä levykuva uudelleen.',
  ),
  'image.taken': entry(
    (f) => `toinen ajo on julkaissut version ${f.version}`,
    () => '/image list näyttää, mitä on.',
  ),
  'image.gate': entry(
    (f) => `${f.version} ei käynnistynyt: ${f.firmware}${f.cause ? `: ${f.cause}` : ''}`,
    (f) => `/image show ${f.version} näyttää, miten kävi; --force ottaa sen käyttöön silti.`,
  ),
  'image.gatehost': entry(
    (f) => `levykuvia kokeillaan siellä, missä Muster on käynnissä, ja ${f.host} on muualla`,
    () => 'Aseta boot.host palvelimeksi, jolla on link: local, tai kirjoita määrittelyyn gate: [].',
  ),
  'image.gateless': entry(
    (f) =>
      `versiota ${f.version} ei voi kokeilla: täällä käynnistyvät vain amd64-levykuvat, joissa on ydin ja juuritiedostojärjestelmä`,
    (f) => `Kirjoita levykuvan ${f.image} määrittelyyn gate: [].`,
  ),
  'image.untried': entry(
    (f) => `kukaan ei ole kokeillut käynnistää versiota ${f.version}: ${f.firmware}`,
    () => '/build image kokeilee, mitä se kokoaa; --force ottaa sen käyttöön silti.',
  ),
  'image.nonebefore': entry(
    (f) => `mitään vielä olevaa levykuvan ${f.image} versiota ei ole ollut aiemmin käytössä`,
    (f) => `/image list ${f.image} näyttää, mitä on; /image promote ottaa minkä tahansa käyttöön.`,
  ),
  'image.moved': entry(
    (f) => `joku on sillä välin ottanut käyttöön toisen version levykuvasta ${f.image}`,
    (f) => `/image list ${f.image} näyttää tilanteen; yritä sitten uudelleen.`,
  ),
  'image.twoimages': entry(
    (f) => `${f.one} ja ${f.other} ovat kahden levykuvan versioita`,
    () => '/image diff vertaa saman levykuvan kahta versiota.',
  ),
  'image.alone': entry(
    (f) => `mitään versiota ei ole, johon versiota ${f.version} voisi verrata`,
    (f) => `/image list ${f.image} näyttää, mitä on.`,
  ),
  'image.unknown': entry(
    (f) => `levykuvan versiota ${f.version} ei ole`,
    () => '/image list näyttää, mitä on.',
  ),
} satisfies Record<string, Entry>;
