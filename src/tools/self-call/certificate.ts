import { once } from 'node:events';
import { connect } from 'node:tls';

/** How long it may take, in ms. */
const lookMs = 5_000;

/**
 * What browsers will find wrong with the certificate that is shown at `address` (https), apart from its name, in words; undefined:
 * nothing, or nothing answers. Whose certificates are believed is up to Node: NODE_EXTRA_CA_CERTS names more.
 */
export async function certificateDoubt(address: string): Promise<string | undefined> {
  const { hostname, port } = new URL(address);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const checkServerIdentity = (): undefined => undefined; // by what name people come is not in the settings
  const socket = connect({ host, port: Number(port || 443), checkServerIdentity, timeout: lookMs });
  socket.once('timeout', () => socket.destroy(new Error('late')));
  try {
    await once(socket, 'secureConnect');
    return undefined;
  } catch (error) {
    return inWords(error instanceof Error && 'code' in error ? String(error.code) : '');
  } finally {
    socket.destroy();
  }
}

/** Node's codes of certificates (tls, "X509 certificate error codes"); others are of no certificate. */
function inWords(code: string): string | undefined {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return 'The certificate that is shown is over, or not good yet: browsers refuse it. Renew it; a router that runs takes the new one by itself.';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return 'The certificate that is shown is signed by itself: browsers warn of it, unless its owner has told them to believe it.';
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'The certificate that is shown leads to nobody whom browsers believe: put its whole chain into tls_certificate, or name your own authority in NODE_EXTRA_CA_CERTS.';
    default:
      return undefined;
  }
}
