import { monitorEventLoopDelay } from 'node:perf_hooks';
import { platformMetrics } from '@chargemesh/contracts';
import { observe } from '@chargemesh/messaging';

const { cpuTime, memoryUsage, heapUsed, eventLoopDelay, uptime } = platformMetrics.process;

/** Shows how the process itself is doing. */
export function observeProcess(): void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  observe(cpuTime, (result) => {
    const { user, system } = process.cpuUsage();
    result.observe(user / 1e6, { 'cpu.mode': 'user' });
    result.observe(system / 1e6, { 'cpu.mode': 'system' });
  });
  observe(memoryUsage, (result) => result.observe(process.memoryUsage.rss()));
  observe(heapUsed, (result) => result.observe(process.memoryUsage().heapUsed));
  observe(eventLoopDelay, (result) => {
    result.observe(delay.percentile(99) / 1e9);
    delay.reset();
  });
  observe(uptime, (result) => result.observe(process.uptime()));
}
