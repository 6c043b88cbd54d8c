/** Machines that boot over the network. */
import type { Messages } from '../language.ts';

export const machines: Messages['machines'] = {
  config: {
    power: 'virta on ipmi, redfish, wake, libvirt tai command',
    image: 'levykuva, esimerkiksi debian-live, tai sen versio, esimerkiksi debian-live@2026-11-21.1',
    who: 'kone nimetään nimellään tai MAC-osoitteella',
    marks: 'kone tunnetaan jostakin näistä: --mac, --uuid tai --serial',
    unmarked: 'sitä ei erota muista: anna sille mac, uuid tai serial',
    address: 'IPv4-osoite ja sen verkon koko, esimerkiksi 10.77.0.7/24',
    settings: (f) => `asetettavissa ovat ${f.names.join(', ')}`,
    twice: (f) => `${f.what} on jo koneella ${f.owner}`,
    notLocal: (f) => `koneen ${f.host} pitää olla se, jolla Muster on (link: local)`,
    noDiscovery: (f) =>
      `${f.image} ei ole koneen sisällön näyttävä levykuva: siinä ei ole asetusta discovery: true`,
    needsDiscovery: 'unknown: discover tarvitsee koneen sisällön näyttävän levykuvan kohtaan discovery',
    service: 'systemd-yksikkö, esimerkiksi nginx tai getty@tty1.service',
    kernelLine: 'tulostuvia merkkejä ilman lainausmerkkejä, kenoviivoja ja merkkejä # ja ${',
    kernelWord: '; && ja || eivät saa olla yksinään: iPXE lopettaisi komentonsa niihin',
    uuid: 'UUID on muotoa 4c4c4544-0042-3510-8054-b4c04f4e3232',
  },
  given: {
    nobody: (f) =>
      `kukaan ei voi kirjautua käyttäjänä ${f.user}: ryhmien ${f.groups.join(', ')} avaimia ei tunneta`,
    noKeys: (f) => `lähteen ${f.source} avaimia ei tunneta: ${f.reason}`,
    noCard: (f) => `se ei saa osoitetta ${f.address}: sen MAC-osoitetta ei tunneta`,
    noProfile: (f) => `profiilia ${f.profile} ei ole: kone sai vain nimensä`,
  },
  stacks: {
    byHand: (f) => `${f.machine} on käynnissä, ja sovelluksen ${f.app} kuuluu toimia siellä: ${f.line}`,
    noHost: (f) =>
      `${f.machine} on käynnissä, mutta sovellusta ${f.app} ei voi käynnistää siellä: palvelinta ${f.machine} ei ole. Lisää se osioon hosts (link: ssh), sitten /reload`,
    refused: (f) => `${f.machine} on käynnissä, mutta ${f.line} hylättiin: ${f.reason}`,
  },
  because: {
    'matched.mac': (f) => `se on ${f.machine} MAC-osoitteensa ${f.value} perusteella`,
    'matched.uuid': (f) => `se on ${f.machine} UUID:nsä ${f.value} perusteella`,
    'matched.serial': (f) => `se on ${f.machine} sarjanumeronsa ${f.value} perusteella`,
    twice: (f) => `${f.value} on sekä koneen ${f.one} että koneen ${f.other}`,
    hides: (f) => `${f.machine} on lisätty myös keskustelussa: tiedosto ratkaisee`,
    'profile.own': (f) => `sen profiili on ${f.profile}`,
    'profile.default': (f) => `sillä ei ole omaa profiilia, joten ${f.profile}`,
    'profile.none': () => 'sillä ei ole profiilia',
    'image.assigned': (f) => `ajo ${f.run} määräsi sille version ${f.version}`,
    'image.once': (f) => `ajo ${f.run} pyysi versiota ${f.version} tähän yhteen käynnistykseen`,
    'image.fixed.machine': (f) => `sen oma kohta nimeää version ${f.version}`,
    'image.fixed.profile': (f) => `sen profiili nimeää version ${f.version}`,
    'image.promoted.machine': (f) =>
      `sen oma kohta nimeää levykuvan ${f.image}, josta käytössä on ${f.version}`,
    'image.promoted.profile': (f) =>
      `sen profiili nimeää levykuvan ${f.image}, josta käytössä on ${f.version}`,
    'image.gone': (f) => `versiota ${f.version} ei ole enää`,
    'image.unpromoted': (f) => `mikään levykuvan ${f.image} versio ei ole käytössä`,
    'image.none': () => 'sille ei ole nimetty levykuvaa, joten oma levy',
    fallback: (f) => `${f.failed} ei käynnistynyt sillä viimeksi (${f.cause}), joten ${f.version}`,
    'fallback.none': (f) =>
      `${f.version} ei käynnistynyt sillä viimeksi, eikä aiempaa käynnistyvää versiota ole: yritetään uudelleen`,
    architecture: (f) => `${f.version} on suorittimelle ${f.architecture}, ja koneen suoritin on ${f.own}`,
    loop: (f) =>
      `tämä on ${f.count}. käynnistys ${f.minutes} minuutin sisällä, eikä se ole noussut kertaakaan`,
    'loop.waits': (f) => `${f.count} käynnistystä ${f.minutes} minuutin sisällä ilman tulosta: se odottaa`,
    unknown: (f) => `kukaan ei tunne osoitetta ${f.mac}`,
    'unknown.discover': (f) => `tuntemattomat koneet näyttävät, mitä niissä on, versiolla ${f.version}`,
    'unknown.local': () => 'tuntemattomat koneet käynnistyvät omalta levyltään, ja niistä kerrotaan',
    'unknown.ignore': () => 'tuntemattomat koneet käynnistyvät omalta levyltään',
    trouble: () => 'käynnistyspalvelin ei saanut sitä nyt selville',
  },
  alarms: {
    failed: (f) =>
      f.version === undefined
        ? `${f.machine} ei käynnistynyt`
        : `${f.machine} ei noussut versiolla ${f.version}`,
    up: (f) => `${f.machine} on käynnissä`,
    manyFailed: 'konetta ei käynnistynyt',
    manyUp: 'konetta on taas käynnissä',
    fallback: (f) => `${f.machine} ei noussut versiolla ${f.failed} ja saa version ${f.version}`,
    fellBack: (f) => `${f.machine} palasi versioon ${f.version} ja on käynnissä`,
    loop: (f) =>
      `${f.machine} käynnistyy yhä uudelleen: ${f.count} kertaa ${f.minutes} minuutin sisällä, eikä se ole noussut kertaakaan`,
    manyLoop: 'konetta käynnistyy yhä uudelleen',
    idle: (f) => `${f.machine} odottaa: sille ei ole käynnistettävää`,
    boots: (f) => `${f.machine} käynnistyy`,
    manyIdle: 'konetta odottaa, koska niille ei ole käynnistettävää',
    manyBoot: 'konetta käynnistyy',
    twice: (f) =>
      `${f.value} pyytää levykuvaa ja on sekä koneen ${f.one} että koneen ${f.other}: se ei saa mitään`,
    manyTwice: 'koneparilla on yhteinen tunnus: ne eivät saa mitään',
    manyOnce: 'koneparia erottuu taas toisistaan',
    onceAgain: (f) => `${f.one} ja ${f.other} erottuvat taas toisistaan`,
    stranger: (f) => `tuntematon kone pyytää levykuvaa: ${f.mac} (${f.firmware})`,
    at: (f) => `osoitteessa ${f.address}`,
    inside: (f) => `${f.cores} × ${f.cpu}, muistia ${f.memory}`,
    link: 'yhteys',
    noLink: 'ei yhteyttä',
    adopted: (f) => `${f.mac} on nyt omia koneita`,
    manyStrangers: 'tuntematonta konetta pyytää levykuvaa',
    manyAdopted: 'konetta on nyt omia',
    adopt: 'Ota omaksi',
    why: 'Miksi',
    forged: (f) =>
      `${f.address} ilmoittautuu koneiden nimissä tunnisteilla, joita kenelläkään ei ole (${f.times})`,
    forgedOver: (f) => `${f.address} ei enää ilmoittaudu`,
    manyForged: 'osoitetta ilmoittautuu koneiden nimissä tunnisteilla, joita kenelläkään ei ole',
    manyForgedOver: 'osoitetta ei enää ilmoittaudu',
    forgedHint: (f) => `Katso, mikä ${f.address} on: mitään siitä ei uskottu.`,
    takenTwice: (f) =>
      `sitä, minkä ${f.machine} saa käynnistyessään, pyydettiin toisen kerran osoitteesta ${f.address}: evättiin`,
    takenElsewhere: (f) =>
      `sitä, minkä ${f.machine} saa käynnistyessään, pyysi toinen kone, ${f.address}: evättiin`,
    manyTaken: 'konetta: joku muu pyysi sitä, minkä ne saavat käynnistyessään: evättiin',
    takenHint: (f) =>
      `Joku tietää tämän käynnistyksen tunnisteen: katso, kuka lukee koneen ${f.machine} verkkoa.`,
  },
  list: {
    none: 'Ei vielä koneita. Tuntematon kone näkyy tässä, kun se on kysynyt käynnistyspalvelimelta.',
    power: (f) => `virta: ${f.state}`,
    stranger: (f) => `? ${f.mac} · ${f.firmware} · kysyi ${f.time} sitten`,
    up: (f) => `käynnissä versiolla ${f.version}, ${f.time}`,
    booting: (f) => `käynnistyy: ${f.stage}, ${f.time}`,
    failed: (f) => `✕ ${f.stage}, ${f.time} sitten`,
    never: 'ei ole vielä käynnistynyt',
    rest: (f) => `(${f.count} muuta)`,
  },
  show: {
    from: { config: 'asetuksista', chat: 'lisätty keskustelussa' },
    hides: 'lisätty myös keskustelussa; tiedosto ratkaisee',
    marks: (f) => `${f.what}: ${f.value}`,
    gets: (f) => `saa: ${f.what}`,
    assigned: (f) => `${f.version}, ajon ${f.run} määräämänä`,
    own: 'oma levy',
    hostKey: (f) => `SSH-isäntäavain ${f.fingerprint}`,
    boot: (f) => `${f.at} ${f.version} – ${f.outcome} – ${f.time}`,
    noBoots: 'se ei ole vielä käynnistynyt täältä',
    outcomes: { open: 'käynnistyy', up: 'nousi', failed: 'epäonnistui' },
  },
  why: {
    up: (f) => `${f.machine} nousi versiolla ${f.version}, aikaa meni ${f.time}`,
    open: (f) => `${f.machine} käynnistyy ja on vaiheessa ${f.stage}, ${f.time}`,
    failed: (f) => `${f.machine} ei noussut versiolla ${f.version}`,
    nothing: (f) => `${f.machine} ei ole vielä käynnistynyt täältä`,
    note: (f) => `${f.time} ${f.stage} – ${f.cause}${f.detail === '' ? '' : `: ${f.detail}`}`,
  },
  plan: {
    noServer: '▲ käynnistyspalvelinta ei ole: asetuksissa ei ole kohtaa boot.host',
    image: (f) => `${f.who} saisi version ${f.version}, koska`,
    discovery: (f) => `${f.who} näyttäisi sisältönsä versiolla ${f.version}, koska`,
    local: (f) => `${f.who} käynnistyisi omalta levyltään, koska`,
    wait: (f) => `${f.who} joutuisi odottamaan ja kysymään uudelleen ${f.time} kuluttua, koska`,
  },
  answers: {
    added: (f) => `${f.machine} lisättiin`,
    set: (f) => `${f.machine} – ${f.what}`,
    follows: (f) => `${f.machine} saa taas sen, mitä asetukset sanovat`,
    removed: (f) => `${f.machine} poistettiin`,
    nothing: (f) => `mikään kone ei käytä levykuvaa ${f.image}`,
    fixed: (f) =>
      `jätettiin pois, koska asetukset nimeävät niille levykuvan ${f.image} version: ${f.names.join(', ')}`,
  },
  audit: {
    added: (f) => `${f.machine} lisätty`,
    set: (f) => `${f.machine} – ${f.what}`,
    removed: (f) => `${f.machine} poistettu`,
  },
  plans: {
    boot: (f) => `koneen ${f.machine} käynnistys versiolla ${f.version}`,
    booted: (f) => `${f.machine} on käynnissä versiolla ${f.version}`,
    rollout: (f) => `${f.version} ${f.count} koneelle`,
    rolledOut: (f) => `${f.version} on käynnissä ${f.count} koneella`,
  },
  steps: {
    start: (f) => `kytke ${f.machine} päälle`,
    stage: (f) => `${f.machine} – ${f.stage}`,
    renew: (f) => `${f.machine} versioon ${f.version}`,
    healthy: (f) => `koneen ${f.host} kunto`,
  },
  notes: {
    byHand: (f) => `vain ihminen voi kytkeä koneen ${f.machine}: kytke se päälle tai käynnistä uudelleen`,
    cycled: (f) => `${f.machine} kytkettiin pois ja päälle`,
    rebooted: (f) => `${f.machine} käskettiin käynnistymään uudelleen ssh:n kautta`,
    fell: (f) => `${f.machine} palasi versioon ${f.version} ja on käynnissä`,
    back: (f) => `${f.machine} palautettiin versioon ${f.version} ja on käynnissä`,
    noWay: (f) =>
      `${f.machine} saa version ${f.version} seuraavassa käynnistyksessä; vain ihminen voi käynnistää sen uudelleen`,
    untouched: (f) => (f.count === 1 ? 'yhteen koneeseen ei koskettu' : `${f.count} koneeseen ei koskettu`),
    waits: (f) => `${f.machine} odottaa: ${f.why}`,
    silent: 'käynnistyspalvelin ei vastaa; sitä odotetaan',
  },
};
