import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';
import { provideNode } from '../../../deploy/setup/npm.mjs';
import { folderWith } from './folder.ts';

const PACKAGED = `node-${process.platform}-${process.arch}/bin/node`;
const WORKS = '#!/bin/sh\nexit 0\n';

it('takes the Node that npm has linked', () => {
  const modules = folderWith({ '.bin/node': WORKS });
  expect(provideNode(modules)).toBe(join(modules, '.bin/node'));
});

it('links the packaged Node where npm has not', () => {
  const modules = folderWith({ '.bin/other': '', [PACKAGED]: WORKS });
  expect(provideNode(modules)).toBe(join(modules, '.bin/node'));
  expect(readlinkSync(join(modules, '.bin/node'))).toBe(`../${PACKAGED}`);
});

it('takes the running Node, if new enough, where there is no packaged one', () => {
  expect(provideNode(folderWith({}))).toBe(process.execPath);
});
