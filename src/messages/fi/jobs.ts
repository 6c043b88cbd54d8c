/** What jobs, their stages and steps are called, and what steps tell on the way. */
import type { Messages } from '../language.ts';
import { count, either, onHosts, toHosts } from './words.ts';

const list = (words: readonly string[]) => words.join(', ');
const release = (f: { app: string; commit: string }) => `${f.app} (${f.commit})`;

export const jobs: Messages['jobs'] = {
  stages: {
    fetch: 'haku',
    compose: 'compose',
    build: 'koonti',
    start: 'käynnistys',
    healthy: 'kunto',
    expose: 'avaus',
    keep: 'talletus',
    hold: 'odotus',
    logs: 'loki',
    inspect: 'katsaus',
    restart: 'uudelleenkäynnistys',
    install: 'asennus',
    check: 'tarkistus',
    import: 'tuonti',
    publish: 'julkaisu',
    try: 'kokeilu',
    promote: 'käyttöönotto',
    prune: 'poisto',
    join: 'liitos',
    tell: 'kertominen',
    admit: 'pääsy',
    test: 'koe',
    leave: 'poisto',
    close: 'sulku',
    open: 'avaus',
    listen: 'sshd',
    prove: 'koe',
    settle: 'jätä',
    firewall: 'palomuuri',
    keys: 'avaimet',
    apply: 'voimaan',
    look: 'katsaus',
    revert: 'peruminen',
    set: 'asetus',
    write: 'kirjoitus',
    deliver: 'perille',
    diff: 'erot',
    list: 'luettelo',
    remove: 'poisto',
    dhcp: 'DHCP',
    loader: 'lataaja',
    script: 'komentosarja',
    kernel: 'ydin',
    initrd: 'initrd',
    root: 'juuri',
    configured: 'asetukset',
    up: 'käynnissä',
    power: 'virta',
    canary: 'ensimmäinen',
  },

  plans: {
    deploy: (f) => `${f.what} ${toHosts(f.hosts)}`,
    deployed: (f) => `${f.what} on käytössä ${onHosts(f.hosts)}`,
    rollback: (f) =>
      `${f.app} takaisin ${f.releases.length === 1 ? 'versioon' : 'versioihin'} ${list(f.releases)} ${onHosts(f.hosts)}`,
    rolledBack: (f) =>
      `${f.app} on taas ${f.releases.length === 1 ? 'versiossa' : 'versioissa'} ${list(f.releases)} ${onHosts(f.hosts)}`,
    restart: (f) => `sovelluksen ${f.app} käynnistys uudelleen ${onHosts(f.hosts)}`,
    restarted: (f) => `${f.app} on käynnistetty uudelleen ${onHosts(f.hosts)} ja on kunnossa`,
    logs: (f) => `sovelluksen ${f.app} loki ${onHosts(f.hosts)}`,
    logged: (f) => `se oli sovelluksen ${f.app} loki ${onHosts(f.hosts)}`,
    prepare: (f) => `palvelimen ${f.host} valmistelu (${list(f.needs)})`,
    prepared: (f) => `${f.host} on valmis (${list(f.needs)})`,
    build: (f) => `levykuvan ${f.image} koonti ${onHosts(f.hosts)}`,
    keys: (f) => `kirjautumisavaimet ${onHosts(f.hosts)}`,
    keysDone: (f) =>
      f.groups.length === 0
        ? `Musterin avaimilla ei enää kirjauduta ${onHosts(f.hosts)}`
        : `${list(f.groups)} saa kirjautua ${onHosts(f.hosts)}`,
    built: (f) => `${f.image} on valmis ${onHosts(f.hosts)}`,
    firewall: (f) => `palvelimen ${f.host} palomuuri`,
    firewalled: (f) => `palvelimella ${f.host} on palomuurinsa`,
    firewallKeep: (f) => `pidä palvelimen ${f.host} palomuuri (${f.change})`,
    firewallKept: (f) => `palvelimen ${f.host} palomuuri pidetään (${f.change})`,
    firewallRevert: (f) => `peru palvelimen ${f.host} palomuuri (${f.change})`,
    firewallReverted: (f) =>
      `palvelimella ${f.host} on taas palomuuri, joka sillä oli ennen muutosta ${f.change}`,
    firewallLook: (f) => `katso palvelimen ${f.host} palomuuria`,
    firewallLooked: (f) => `se oli palvelimen ${f.host} palomuuri`,
  },

  steps: {
    fetch: (f) => `${release(f)}: haku palvelimelle ${f.host}`,
    compose: (f) => `${release(f)}: compose-tiedoston luku palvelimella ${f.host}`,
    build: (f) => `${release(f)}: koonti palvelimella ${f.host}`,
    start: (f) => `${release(f)}: käynnistys palvelimella ${f.host}`,
    healthy: (f) => `${release(f)}: kuntoon tulon odotus palvelimella ${f.host}`,
    keep: (f) => `${release(f)}: talletus palvelimella ${f.host}`,
    collect: (f) => `kaikki, mitä ${f.host} tulostaa`,
    logs: (f) => `sovelluksen ${f.app} loki palvelimella ${f.host}`,
    identities: (f) => `anna sovellukselle ${f.app} palvelimella ${f.host} sen henkilöllisyys hubia varten`,
    inspect: (f) => `katsaus siihen, mitä puuttuu palvelimelta ${f.host}`,
    look: (f) => `katsaus siihen, miten palvelin ${f.host} voi`,
    watch: (f) => `palvelimen ${f.host} seuranta`,
    restart: (f) => `sovelluksen ${f.app} käynnistys uudelleen palvelimella ${f.host}`,
    install: (f) => `puuttuvien asennus palvelimelle ${f.host}`,
    engine: (f) => `Docker-moottorin käynnistys palvelimella ${f.host}`,
    check: (f) => `palvelimen ${f.host} tarkistus`,
    root: (f) => `peruslevykuvan tiedostojen koonti palvelimella ${f.host}`,
    keys: (f) =>
      f.count === 0
        ? `Musterin avainten poisto käyttäjältä ${f.user} palvelimella ${f.host}`
        : `käyttäjän ${f.user} ${count(f.count, 'avain', 'avainta')} palvelimelle ${f.host}`,
    import: (f) => `levykuvan ${f.image} tuonti palvelimelle ${f.host}`,
    applyFirewall: (f) => `pane palvelimen ${f.host} palomuuri voimaan`,
    keepFirewall: (f) => `tule palvelimelle ${f.host} uudelleen ja pidä sen palomuuri`,
    holdFirewall: (f) => `odotetaan, että joku pitää palvelimen ${f.host} palomuurin`,
    revertFirewall: (f) => `peru palvelimen ${f.host} palomuuri`,
    showFirewall: (f) => `kysy, millainen palvelimen ${f.host} palomuuri on`,
    expose: (f) => `avaa ${f.ports} sovellukselle ${f.app} palvelimella ${f.host}`,
    closeApp: (f) => `sulje sovellukselle ${f.app} avattu palvelimella ${f.host}`,
    compareFirewall: (f) => `vertaa palvelimen ${f.host} palomuuria julistettuun`,
  },

  firewall: {
    none: 'Muster ei suodata siellä mitään',
    same: 'mikään ei muuttuisi',
    drift: (f) => `muiden muuttama: ${f.line}`,
    pending: (f) => `${f.id} (${f.by}) perutaan ${f.until}, jos kukaan ei pidä sitä`,
    trouble: (f) => `viimeisintä hyvää palomuuria ei saada voimaan: ${f.trouble}`,
    fleeting:
      'palvelimen uudelleenkäynnistyksen jälkeen siitä ei ole mitään voimassa: siellä ei ole systemd:tä',
    conflict: (f) =>
      f.kind === 'never'
        ? `${f.rule} ei päästä mitään sisään: ${f.by} pudottaa kaiken`
        : `${f.by} rajoittaa sitä, minkä ${f.rule} päästää sisään`,
  },

  notes: {
    dropped: (f) => `(${count(f.count, 'rivi', 'riviä')} jätetty pois)`,
    cutOff: (f) => `${f.title} katkesi; se alkaa uudelleen, kun Muster on taas käynnissä`,
    firewallWaits: (f) => `voimassa; perutaan ajassa ${f.time}, jos kukaan ei pidä sitä`,
    exposed: (f) => `${f.ports} on auki palvelimella ${f.host} sovellukselle ${f.app}`,
    unexposed: (f) => `sovellukselle ${f.app} ei ole mitään auki palvelimella ${f.host}`,
    notInForce: (f) =>
      `palvelimen ${f.host} palomuuri ei ole vielä voimassa; mitä ${f.app} avaa, kuuluu seuraavaan komentoon /firewall apply ${f.host}`,
    staysClosed: (f) =>
      f.count === 1
        ? `compose julkaisee portin ${f.ports}, joka pysyy kiinni palvelimella ${f.host}: lisää se sovelluksen ${f.app} kohtaan expose`
        : `compose julkaisee portit ${f.ports}, jotka pysyvät kiinni palvelimella ${f.host}: lisää ne sovelluksen ${f.app} kohtaan expose`,
    firewallAnswers: (f) => `${f.address} vastaa`,
    nothingMatches: (f) => `${f.app} ei ole kirjoittanut mitään sopivaa palvelimella ${f.host}`,
    oldStays: (f) => `sovelluksen ${f.app} vanhoja versioita ei voitu poistaa: ${f.message}`,
    isBack: (f) => `${f.app} ${f.release} on taas käytössä palvelimella ${f.host}`,
    isBackIll: (f) =>
      `${f.app} ${f.release} käynnistettiin taas palvelimella ${f.host}, mutta se ei ole kunnossa`,
    unchanged: (f) => `mikään ei ole muuttunut edellisestä koonnista (${f.day}), jota käytetään uudelleen`,
    packed: (f) => `${count(f.count, 'paketti', 'pakettia')}, ${f.size}, sha256 ${f.digest}`,
    noRuntime: (f) =>
      `Node.js:ää ei saatu npm:llä (${f.message}): käytetään Debianin omaa, jolla kontit käynnistyvät sekunnin kymmenyksen hitaammin`,
    upToDate: (f) => `${f.image} on ajan tasalla: ${f.size}`,
    standsIn: (f) =>
      `hubia ei tavoitettu: ${f.app} palvelimella ${f.host} säilyttää tulosteensa, kunnes hub on taas toiminnassa (${f.message})`,
    unlinked: (f) =>
      `hub ei ole vielä ollut toiminnassa: ${f.app} palvelimella ${f.host} liitetään siihen, kun sovellus sen jälkeen käynnistetään uudelleen (${f.message})`,
    appsBelow: (f) =>
      `vielä vanhan levykuvan ${f.base} päällä palvelimella ${f.host}: ${list(f.apps)}; /deploy rakentaa uudelleen`,
    oldBase: (f) =>
      `${f.app} on palvelimella ${f.host} vanhan levykuvan ${f.base} päällä (${list(f.services)}); /deploy ${f.app} rakentaa uudelleen`,
    baseReady: (f) => `${f.image} ${f.size} (${f.tag}): Debian 12, Node.js ${f.runtime}, hub ${f.client}`,
    lacksNothing: (f) => `palvelimelta ${f.host} ei puutu mitään`,
    engineRuns: (f) => `Docker-moottori on käynnissä palvelimella ${f.host}`,
    installed: (f) => `asennettu palvelimelle ${f.host}: ${list(f.needs)}`,
  },

  keys: {
    gained: (f) =>
      `${f.person} saa nyt kirjautua käyttäjänä ${f.user} palvelimella ${f.host} (${f.fingerprint})`,
    lost: (f) =>
      `${f.person} ei saa enää kirjautua käyttäjänä ${f.user} palvelimella ${f.host} (${f.fingerprint})`,
    stays: (f) =>
      `${f.person} ei ole enää Musterin lohkossa, mutta toinen rivi päästää avaimen yhä käyttäjänä ${f.user} palvelimelle ${f.host} (${f.fingerprint})`,
    same: (f) =>
      `mikään ei muuttunut: ${f.user} palvelimella ${f.host} (${count(f.count, 'avain', 'avainta')})`,
    many: (f) =>
      `${f.user} palvelimella ${f.host}: ${f.gained} sai pääsyn, ${f.lost} menetti sen; loki nimeää heidät`,
    failed: (f) => `${f.reason}; viimeksi tiedetyt avaimet (${f.count}) jäävät: ${f.source}`,
    empty: (f) => `${f.source}: ei enää yhtään avainta; viimeksi tiedetyt (${f.count}) jäävät`,
    held: (f) =>
      `ryhmän ${f.group} avaimista ${f.count}/${f.of} lähtisi kerralla; ne jäävät, kunnes /keys sync --yes`,
    refused: (f) => `avain jätettiin pois (${f.person}): ${f.why}`,
  },

  needs: {
    git: 'git',
    engine: 'Docker-moottori',
    compose: 'Docker Compose',
    builder: 'mmdebstrap',
    wireguard: 'WireGuard-työkalut',
    tunnel: 'WireGuard',
    ping: 'ping',
    ipmi: 'ipmitool',
    redfish: 'curl',
    virtual: 'libvirt ja QEMU',
    dnsmasq: 'dnsmasq',
    ipxe: 'iPXE',
    emulator: 'QEMU levykuvien kokeiluun',
    running: 'käynnissä oleva Docker-moottori',
    space: 'levytila',
  },

  byHand: {
    onlyRoot: (f) => `vain root saa ${f.what}`,
    install: (f) => `asentaa: ${list(f.needs)}`,
    startEngine: 'käynnistää Docker-moottorin',
    on: (f) => `${list(f.needs)} palvelimelta ${f.host}`,
    fix: (f) => `Asenna se sinne käsin (${f.why}), sitten /prepare ${f.host}`,
    noApt: 'siellä ei ole apt-ohjelmaa',
    noPackage: (f) => `sen pakettivarastoissa ei ole: ${either(f.packages)}`,
  },

  health: {
    restarting: (f) => `se käynnistyy yhä uudelleen (${f.ending})`,
    starting: 'sen terveystarkistus ei ole vielä mennyt läpi',
    justStarted: 'se on vasta käynnistynyt',
    notStarted: 'se ei ole vielä käynnistynyt',
    is: (f) => `sen tila on ${f.status}`,
    ended: (f) => `se päättyi koodiin ${f.code}`,
    says: (f) => `sen terveystarkistus sanoo: ${f.line}`,
    fails: 'sen terveystarkistus ei mene läpi',
    code: (f) => `sen terveystarkistus päättyi koodiin ${f.code}`,
    late: (f) => `odotettu ${f.time}`,
    nothing: 'sillä ei ole kontteja',
  },

  ends: {
    neverBegan: (f) => `${f.by} perui työn, ennen kuin se alkoi`,
    retry: (f) => `/retry ${f.id}, kun vika on korjattu, tai ${f.or}`,
    undoFailed: (f) => `${f.summary}; eikä kumoaminen onnistunut: ${f.trouble}`,
    undoFailedAlike: (f) => `${f.summary}; samasta syystä ei onnistunut kumoaminenkaan`,
  },

  schedules: {
    configured: (f) => `${f.name} on määritelty asetuksissa`,
    removeThere: (f) => `${f.name} on määritelty asetuksissa; poista se sieltä`,
  },
};
