/** Why something failed, as the summary of an error goes on; and what else steps say in a few words. */
import type { Messages } from '../language.ts';

export const reasons: Messages['reasons'] = {
  mayNotStart: (f) => `ohjelmaa ${f.program} ei saa käynnistää`,
  notWritable: (f) => `${f.path} ei ole kirjoitettavissa`,
  otherPackage: (f) => `paketin ${f.name} sisältö on väärä`,
  group: (f) => `prosessiryhmä ${f.group}`,

  ssh: {
    closed: 'yhteys suljettiin',
    sessionClosed: 'se sulki istunnon',
    lost: 'yhteys katkesi',
    hungUp: 'se sulki yhteyden heti',
    noSession: (f) => `se ei avaa istuntoa: ${f.why}`,
    noShell: 'sen kirjautumiskuori ei käynnistä ohjelmaa sh',
    keyFile: (f) => `avaintiedostoa ${f.file} ei voi lukea`,
    noKey: 'asetuksissa ei ole kohtaa keyFile, eikä agenttia ole',
    refusedFile: (f) => `avain ${f.file} ei kelvannut`,
    refusedAgent: 'agentin avaimet eivät kelvanneet',
    agent: 'agentti ei vastaa',
    passphrase: (f) => `${f.file} tarvitsee tunnuslauseen; anna avain agentille`,
    notKey: (f) => `${f.file} ei ole yksityinen avain`,
  },

  port: { taken: 'siellä kuuntelee jo jokin', denied: 'siihen ei ole oikeutta' },
  noAnswer: 'se ei vastaa',
  errorPage: 'vastauksen sijasta virhesivu',
  socketShut: 'yhteys suljettiin ennen kuin se avautui',
  fileRefused: (f) => `${f.platform} ei ottanut tiedostoa vastaan: ${f.status}`,
  aSignal: '(tuntematon)',
  notSaid: (f) => `${f.tool} ei kertonut syytä`,
  process: (f) => `${f.machine}, prosessi ${f.pid}`,
  engineSocket: 'Docker-moottorin pistoketta ei saa käyttää',
  engineUser: (f) => `käyttäjä ${f.user} ei saa käyttää Docker-moottoria`,
  noRoot: 'juuritiedostojärjestelmään tarvitaan root tai käyttäjänimiavaruudet',
  composeTool: 'docker compose tai docker-compose',
  compose: {
    noMap: 'siinä pitää olla kohta services',
    empty: 'siinä ei ole palveluja (services)',
    badName: (f) => `${f.name} ei kelpaa palvelun nimeksi`,
    leadsOut: (f) => `${f.path} johtaa repositorion ulkopuolelle`,
    circle: 'sen extends tai include kiertää kehää',
    variable: (f) => `polussa on muuttuja: ${f.path}`,
    unset: (f) => `${f.path} käyttää muuttujaa ${f.name}, jota ei ole asetettu`,
    hubFolder: (f) =>
      `palvelu ${f.service} liittää jotain kansioon ${f.folder}, johon Muster panee sen henkilöllisyyden hubia varten`,
    fixedName: (f) =>
      `palvelulla ${f.service} on oma container_name: vain yksi sovellus palvelinta kohti voi käyttää sitä`,
  },

  gone: {
    source: 'sen lähdekoodi',
    files: 'sen tiedostot',
    image: (f) => `levykuva ${f.image}`,
  },
  pull: (f) => `Onko nimi oikein, ja saako ${f.host} hakea sen?`,
  redis: {
    folder: 'tilakansio, jonka polku on tarpeeksi lyhyt',
    shorter: (f) =>
      `Unix-pistokkeen polussa on enintään 107 tavua; tämä on ${f.socket}. Anna valitsimella --state lyhyempi kansio.`,
    install: 'apt-get install redis-server, tai aseta REDIS_URL',
    noAnswer: 'ei vastausta',
    notUp: (f) => `oma Redis ei käynnistynyt; katso ${f.log}`,
  },
  members: {
    pages: (f) => `luettelossa on yli ${f.most} sivua`,
    short: (f) => `luettelossa pitäisi olla ${f.total}, mutta siinä on vain ${f.count}`,
    noList: 'pyydettiin luetteloa, eikä se ole sellainen',
    elsewhere: 'se johtaa toiselle palvelimelle',
    large: 'sivu on liian suuri',
    shape: 'se ei ole luettelo ihmisistä tai avaimista',
    late: (f) => `ei vastausta ajassa ${f.time}`,
  },
  keys: {
    busy: 'muut kirjoittavat siihen koko ajan',
    denied: (f) => `vain root tai ${f.user} saa muuttaa, ketkä kirjautuvat käyttäjänä ${f.user}`,
    outside: 'se tai sen kansio johtaa ulos kotikansiosta tai ei ole tiedosto',
    noHome: 'käyttäjällä ei ole kotikansiota',
    large: 'se on yli 512 KiB',
    failed: 'levy on täynnä tai kieltäytyy',
  },
  rollback: {
    cut: 'ne eivät tulleet perille kokonaan',
    timer: 'ajastinta ei saatu siellä käyntiin',
    folder: (f) => `${f.folder} ei kuulu rootille`,
  },
  removed: (f) => `poistettu ${f.generation}`,
  client: 'peruslevykuvan hub-ohjelma',
  free: (f) => `vapaana ${f.size}`,
  freeSpace: (f) => `Vapauta tilaa palvelimella ${f.host}: docker system prune`,

  chain: {
    unreadable: (f) => `merkintää ${f.record} ei voi lukea`,
    missing: (f) => `merkintä ${f.record} puuttuu tai on väärässä paikassa (löytyi ${f.found})`,
    edited: (f) => `merkintää ${f.record} on muutettu`,
    cut: (f) => `merkinnän ${f.record} jälkeiset puuttuvat`,
    head: 'ketjun päätä on muutettu',
  },
};
