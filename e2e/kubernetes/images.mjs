/** The two images: the one that is tried, and a next version of it, which has one migration more. */
import { run } from './program.mjs';

const BUILT_WITHIN_MS = 300_000;
const LOADED_WITHIN_MS = 300_000;
/** Of helm/examples/minikube/servers; loaded too where the engine has them, for clusters that cannot pull. */
const SERVERS = ['apache/kafka:4.1.2', 'postgres:18-bookworm'];

export const image = process.env.IMAGE ?? 'chargemesh:0.1.0';
export const nextImage = `${image}-next`;

const isThere = (name) => run('docker', ['image', 'inspect', name]).then(Boolean, () => false);

/** Derives the next image, and gives all to the cluster by the command LOAD_IMAGE, if it is set. */
export async function prepareImages() {
  if (!(await isThere(image)))
    throw new Error(`The Docker engine has no image ${image}: build it, or name one in IMAGE.`);
  const folder = `${import.meta.dirname}/next`;
  const options = ['--quiet', '--build-arg', `IMAGE=${image}`, '--tag', nextImage];
  await run('docker', ['build', ...options, folder], { withinMs: BUILT_WITHIN_MS });
  if (!process.env.LOAD_IMAGE) return;
  for (const name of [image, nextImage, ...SERVERS]) {
    if (await isThere(name))
      await run('sh', ['-c', `${process.env.LOAD_IMAGE} ${name}`], { withinMs: LOADED_WITHIN_MS });
  }
}

/** As values of the chart. */
export function imageValues(name) {
  const colon = name.lastIndexOf(':');
  return ['--set', `image.repository=${name.slice(0, colon)}`, '--set-string', `image.tag=${name.slice(colon + 1)}`];
}
