export default async function teardown() {
  const services = globalThis.chargemeshTestServices?.splice(0) ?? [];
  await Promise.all(services.map((service) => service.stop()));
}
