export { MoleculerHealthIndicator, type MoleculerHealthOptions } from './moleculer.health-indicator.js';
