export interface Described {
  readonly version: string;
  readonly architecture: string;
  readonly sizeKiB: number;
}

/** The libraries of Node and of the media worker, as Debian 12 names them. */
const libraries = ['libc6 (>= 2.36)', 'libgcc-s1', 'libssl3', 'libstdc++6 (>= 12)'];

/** The package's description for dpkg (deb-control(5)). */
export function control({ version, architecture, sizeKiB }: Described): string {
  return [
    'Package: sotto',
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    'Maintainer: Sotto <root@localhost>',
    `Installed-Size: ${sizeKiB}`,
    `Depends: ${libraries.join(', ')}`,
    'Recommends: iproute2, procps, systemd',
    'Suggests: chromium, nftables, prometheus',
    'Section: net',
    'Priority: optional',
    'Description: group-call media router that hears nothing',
    ' Forwards end-to-end encrypted audio and video between the people in a call, and',
    ' forgets them when it ends. Brings its own Node and media worker.',
    '',
  ].join('\n');
}
