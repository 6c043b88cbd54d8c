/** Certificates (RFC 5280) of Ed25519 keys (RFC 8410). */
import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Extension,
  Extensions,
  GeneralName,
  id_ce_subjectAltName,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

const ED25519 = '1.3.101.112';
const COMMON_NAME = '2.5.4.3';

export interface CertificateParts {
  /** Whose it is: the public key, and a common name. */
  key: KeyObject;
  name: string;
  /** Who signs it: an Ed25519 private key, and its common name. */
  issuer: { key: KeyObject; name: string };
  /** From when until when, to the second. */
  from: Date;
  until: Date;
  /** What else it says of whose it is: a URI among the alternative names. */
  uri?: string;
}

/** A certificate as PEM. */
export function certify({ key, name, issuer, from, until, uri }: CertificateParts): string {
  const algorithm = new AlgorithmIdentifier({ algorithm: ED25519 });
  const info = (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
  const body = new TBSCertificate({
    version: Version.v3,
    serialNumber: serial(),
    signature: algorithm,
    issuer: called(issuer.name),
    subject: called(name),
    validity: new Validity({ notBefore: from, notAfter: until }),
    subjectPublicKeyInfo: AsnConvert.parse(info, SubjectPublicKeyInfo),
  });
  if (uri !== undefined) body.extensions = new Extensions([alternativeName(uri)]);
  const signature = sign(null, Buffer.from(AsnConvert.serialize(body)), issuer.key);
  const whole = new Certificate({
    tbsCertificate: body,
    signatureAlgorithm: algorithm,
    signatureValue: new Uint8Array(signature).buffer,
  });
  const lines =
    Buffer.from(AsnConvert.serialize(whole))
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const called = (name: string): Name =>
  new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: COMMON_NAME, value: new AttributeValue({ utf8String: name }) }),
    ]),
  ]);

const alternativeName = (uri: string): Extension =>
  new Extension({
    extnID: id_ce_subjectAltName,
    critical: false,
    extnValue: new OctetString(
      AsnConvert.serialize(new SubjectAlternativeName([new GeneralName({ uniformResourceIdentifier: uri })])),
    ),
  });

/** A positive number of 16 bytes, in as few as DER allows. */
function serial(): ArrayBuffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x3f) | 0x40;
  return new Uint8Array(bytes).buffer;
}
