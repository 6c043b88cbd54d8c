/** What is wrong with the configuration, as /reload and muster check say it after the place. */
import type { Messages } from '../language.ts';
import { foreign } from './foreign.ts';
import { count, meant } from './words.ts';

type Section = Parameters<Messages['config']['noneCalled']>[0]['section'];

/** An entry of each section, of which there is none. */
const ONE: Readonly<Record<Section, string>> = {
  people: 'henkilöä',
  roles: 'roolia',
  hosts: 'palvelinta',
  apps: 'sovellusta',
  schedules: 'ajastusta',
  approvals: 'hyväksyntäsääntöä',
  platforms: 'viestipalvelua',
  channels: 'kanavaa',
  alerts: 'hälytysreittiä',
  keyGroups: 'avainryhmää',
  logins: 'kirjautumista',
  overlays: 'päällysverkkoa',
  firewall: 'palomuurin osaa',
  files: 'tiedostoa',
  checks: 'tarkistusta',
  maintenance: 'huoltoa',
  hub: 'keskuksen asetusta',
  logs: 'lokikeskuksen asetusta',
  logSources: 'lokilähdettä',
  logSinks: 'lokikohdetta',
  api: 'rajapinnan asetusta',
  boot: 'käynnistyspalvelimen asetusta',
  images: 'levykuvaa',
  profiles: 'profiilia',
  machines: 'konetta',
  settings: 'asetusta',
};

const names = (f: { names: readonly string[] }): string => f.names.join(', ');

export const config: Messages['config'] = {
  files: {
    none: 'kansiossa ei ole yhtään *.yml-tiedostoa; Musterin config/-esimerkki näyttää, mitä niihin kirjoitetaan',
    large: 'tiedosto on yli 1 MiB; jaa se osiin',
    noFolder: 'kansiota ei ole; luo se, tai anna toinen valitsimella --config',
    notFolder: 'se on tiedosto; anna valitsimelle --config kansio, jossa se on',
    folderDenied: 'ei oikeutta lukea kansiota; anna se käyttäjälle, jona Muster toimii',
    folderUnreadable: (f) => `kansiota ei voi lukea: ${f.message}`,
    noTarget: 'linkin kohdetta ei ole',
    notFile: 'se on kansio; vain tiedostot luetaan, joten anna sille toinen nimi',
    denied: 'ei oikeutta lukea tiedostoa; anna se käyttäjälle, jona Muster toimii',
    notText: 'tiedosto ei ole UTF-8-tekstiä',
    unreadable: (f) => `tiedostoa ei voi lukea: ${f.message}`,
    noKeyFile: (f) => `tiedostoa ${f.file} ei ole, tai sitä ei voi lukea`,
  },

  syntax: (f) => foreign(f.message),
  deep: 'sisäkkäisiä tasoja on liikaa',
  oneDocument: 'tiedostossa on yksi dokumentti; siirrä merkkien --- jälkeinen osa toiseen tiedostoon',
  aliases: (f) => `aliaksia on yli ${f.most}; kirjoita sisältö auki`,
  keyIsWord: 'avain on sana',
  noKey: (f) => `avaimen nimi ei voi olla ${f.name}`,
  alreadySet: (f) => `${f.name} on jo asetettu kohdassa ${f.place}`,

  holdsSections: (f) => `tiedostossa on osioita: ${names(f)}`,
  noSection: (f) => `tuntematon osio${meant(f.near)}; osiot ovat ${names(f)}`,
  holdsEntries: 'sisällön pitää olla muotoa `nimi: …`',
  noSuch: (f) => `sellaista ${ONE[f.section]} ei ole; mahdolliset ovat ${names(f)}`,
  unknownKey: (f) => `tuntematon avain${meant(f.near) || `; avaimet ovat ${names(f)}`}`,

  missing: 'puuttuu',
  empty: 'ei saa olla tyhjä',
  link: 'pitää olla jokin näistä: local, ssh, icp',
  mustBe: (f) => `pitää olla ${f.wanted}, eikä ${f.got}`,
  wanted: {
    string: 'teksti (lainausmerkeissä, jos se näyttää muulta)',
    number: 'luku',
    int: 'kokonaisluku',
    boolean: 'true tai false',
    array: 'luettelo, esimerkiksi [a, b]',
    object: 'ryhmä muotoa `avain: arvo`',
  },
  got: {
    empty: 'tyhjä',
    array: 'luettelo',
    object: 'ryhmä avaimia',
    string: 'teksti',
    number: 'luku',
    boolean: 'totuusarvo',
  },
  oneOf: (f) => `jokin näistä: ${names(f)}`,

  time: 'kellonaika, esimerkiksi "22:00"',
  label: 'labelissa on vain pieniä kirjaimia (a-z), numeroita, pisteitä ja viivoja (-)',
  path: 'absoluuttinen polku',
  address: 'palvelimen verkkonimi tai IP-osoite',
  logs: {
    nothing: 'lähteellä on paths tai journal: true',
    index: 'indeksin nimi: pieniä kirjaimia, numeroita, pisteitä, viivoja ja alaviivoja',
    to: 'stdout, file, loki, otlp, syslog tai elasticsearch',
  },
  hostPort: 'verkkonimi ja portti, kuten hub.example.org:7410',
  identityTime: 'aika väliltä 1m–30d',
  checkKind: 'on oltava jokin näistä: http, tcp, tls, dns, disk, memory, load, time, unit, command, adapter',
  checkTime: 'väli on 1s–1d, odotus 100ms–10m ja hiljaisuus 1m–30d',
  checkOf: 'sovellus tai palvelin, kuten app/shop tai host/web-1',
  httpUrl: 'osoite, kuten https://shop.example.org/up',
  unitName: 'yksikön nimi, kuten nginx.service',
  hubAddress: 'keskus tarvitsee osoitteen, josta kontit tavoittavat sen, kuten hub.example.org:7410',
  api: {
    secret: 'tunnisteen paikka: `env:NIMI` tai `file:POLKU`',
    day: 'päivä, kuten 2027-12-31',
    noTokens: 'rajapinta tarvitsee tunnisteita: kerro kohdassa `tokens`, ketkä saavat kysyä',
    plain:
      'siellä muut voisivat lukea salaamatonta HTTP:tä: lisää `tls`, tai kuuntele osoitteessa 127.0.0.1 TLS-välityspalvelimen takana',
    noFile: (f) => `tiedostoa ${f.file} ei voi lukea`,
  },
  user: 'Linuxin käyttäjänimi',
  hostKey: 'SHA256:…, niin kuin ssh-keygen -lf tai agentti sen tulostaa',
  repository: 'git-osoite tai polku asetuskansiosta lukien; ei ala merkillä -',
  transport: 'tuo gitin siirtotapa ajaa ohjelmia, eikä sitä sallita',
  hostOrLabel: 'palvelin, tai label:NIMI',
  secret: 'salaisuus, `env:NIMI` tai `file:POLKU`, ilman välilyöntejä',
  url: 'http- tai https-osoite',
  chat: 'keskustelun tunnus',
  topic: 'aiheen tunnus',
  globLetters: 'glob-kuviossa on vain pieniä kirjaimia (a-z), numeroita ja merkkejä -/.*?[]{}',
  globBraces: 'aaltosulut eivät ole pareittain',
  notGlob: (f) => `se ei ole glob-kuvio: ${foreign(f.message)}`,

  telegram: {
    webhookOnly: 'on vain webhookille: lisää `mode: webhook` tai jätä tämä pois',
    noUrl: 'puuttuu: julkinen https-osoite, johon Telegram tuo viestit',
    notHttps: 'pitää olla https: muuta Telegram ei hyväksy',
    port: 'portin pitää olla 443, 80, 88 tai 8443: muita Telegram ei hyväksy',
  },
  keys: {
    named: 'nimi: enintään 100 merkkiä, kirjaimia (a-z), numeroita tai merkkejä (-_.)',
    api: 'https-osoite ilman kyselyä, esimerkiksi https://git.example.org/api/v1 (http kelpaa vain tälle koneelle itselleen)',
    noApi: 'puuttuu: missä Gitean API on, esimerkiksi https://git.example.org/api/v1',
    file: 'polku, joka ei ala merkillä -',
    noSource: 'avainryhmässä on ainakin jokin näistä: members, files, keys, environment',
    problems: {
      line: 'julkinen avain on yhdellä rivillä: tyyppi, avain ja kenen se on',
      options: 'asetuksia avaimen edessä ei hyväksytä',
      type: 'avaimen tyyppiä ei tunneta',
      data: 'itse avain on vioittunut',
      weak: 'avain on liian heikko: RSA-avaimessa pitää olla vähintään 2048 bittiä, ja DSA on murrettu',
    },
  },
  slackWay: 'anna joko appToken (Socket Mode) tai signingSecret (pyynnöt porttiin)',

  noneCalled: (f) => `${ONE[f.section]} ${f.name} ei ole${meant(f.near)}`,
  noLabel: (f) => `millään palvelimella ei ole labelia ${f.label}${meant(f.near)}`,
  sharedIdentity: (f) =>
    `${f.platform} ${f.id} on jo annettu: ${f.owner}; samaa tunnusta ei voi olla kahdella henkilöllä`,
  sharedAddress: (f) =>
    `${f.address}, portti ${f.port}, on jo annettu: ${f.owner}; yksi kone on yksi palvelin`,
  noAddressSet: (f) => `osoitejoukkoa ${f.name} ei ole palomuurissa: ${f.hosts.join(', ')}${meant(f.near)}`,
  noZone: (f) => `vyöhykettä ${f.name} ei ole palomuurissa: ${f.hosts.join(', ')}${meant(f.near)}`,
  clearSecret:
    'tämä näyttää selväkieliseltä salaisuudelta; kerro, missä se on (env:NIMI tai file:POLKU), tai käytä avainta, agenttia tai credential helperiä',

  secrets: {
    noVariable: (f) => `ympäristömuuttujaa ${f.name} ei ole`,
    unreadable: (f) => `tiedostoa ${f.file} ei voi lukea (${f.code})`,
    empty: (f) => `tiedosto ${f.file} on tyhjä`,
  },

  valid: (f) =>
    `Asetukset ovat kunnossa: ${[
      count(f.people, 'henkilö', 'henkilöä'),
      count(f.roles, 'rooli', 'roolia'),
      count(f.hosts, 'palvelin', 'palvelinta'),
      count(f.apps, 'sovellus', 'sovellusta'),
      count(f.schedules, 'ajastus', 'ajastusta'),
      ...(f.images > 0 ? [count(f.images, 'levykuva', 'levykuvaa')] : []),
      ...(f.machines > 0 ? [count(f.machines, 'kone', 'konetta')] : []),
    ].join(', ')}.`,
  bad: (f) =>
    `${count(f.count, 'virhe', 'virhettä')} kansiossa ${f.folder}. Korjaa ne, sitten aja muster check uudelleen.`,
};
