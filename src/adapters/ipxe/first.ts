/** The script that every iPXE begins with: it tells who asks, and asks on until it is heard. */

/** iPXE fills these in; see https://ipxe.org/cfg. `netX` is the card that it was loaded over, or found the server by. */
const QUESTION =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: iPXE's own
  'mac=${netX/mac:hexhyp}&uuid=${uuid}&serial=${serial:uristring}&buildarch=${buildarch}&platform=${platform}';

/** How often it asks before it leaves the machine to its own disk, some seconds apart. */
const TRIES = 60;

/** `base` is like `http://10.77.0.1:8080`. Fails in the end: the firmware then takes its next device. */
export const firstScript = (base: string): string =>
  [
    '#!ipxe',
    'set tries:int32 0',
    ':ask',
    // Replaced by what it fetched: what fails in there does not come back here.
    `chain --replace --autofree ${base}/v1/script?${QUESTION} ||`,
    'inc tries',
    `iseq \${tries} ${TRIES} && exit 1 ||`,
    'sleep 5',
    // The card may have lost its link, or its address.
    'dhcp netX ||',
    'goto ask',
    '',
  ].join('\n');
