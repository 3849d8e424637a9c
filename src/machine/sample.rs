use std::path::{Path, PathBuf};
use std::time::Instant;

use sysinfo::{Disks, System};

use super::cgroup::Cgroup;

/// How much of the machine is in use, in percent, from 0 to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// Of the processors that may be used, since the look before.
    pub cpu_percent: f64,
    /// Of the memory that may be used.
    pub memory_percent: f64,
    /// Of the disk that holds the data folder.
    pub disk_percent: f64,
}

/// Remembers what the next look is compared with.
pub(super) struct Sampler {
    /// None: this system cannot be looked at.
    system: Option<System>,
    cgroup: Option<Cgroup>,
    /// When, and how much processor time had been used then.
    before: (Instant, Option<u64>),
    data_dir: PathBuf,
}

impl Sampler {
    pub(super) fn new(data_dir: PathBuf) -> Self {
        let mut system = System::new().ok();
        if let Some(system) = &mut system {
            system.refresh_cpu_usage();
        }
        let cgroup = Cgroup::own();
        let used = cgroup.as_ref().and_then(Cgroup::processor_time_us);
        Self { system, cgroup, before: (Instant::now(), used), data_dir }
    }

    pub(super) fn look(&mut self) -> Sample {
        if let Some(system) = &mut self.system {
            system.refresh_cpu_usage();
            system.refresh_memory();
        }
        Sample { cpu_percent: self.cpu(), memory_percent: self.memory(), disk_percent: self.disk() }
    }

    fn cpu(&mut self) -> f64 {
        let of_all = self.system.as_ref().map_or(0.0, |system| f64::from(system.global_cpu_usage()));
        let Some(cgroup) = &self.cgroup else { return bounded(of_all) };
        let (before, now) = (self.before, (Instant::now(), cgroup.processor_time_us()));
        self.before = now;
        match (cgroup.processors(), before.1, now.1) {
            (Some(processors), Some(earlier), Some(later)) => {
                let passed_us = (now.0 - before.0).as_micros() as f64;
                bounded(percent(later.saturating_sub(earlier) as f64, passed_us * processors))
            }
            _ => bounded(of_all),
        }
    }

    fn memory(&self) -> f64 {
        let machine =
            self.system.as_ref().map_or((0, 0), |system| (system.used_memory(), system.total_memory()));
        let limit = self.cgroup.as_ref().and_then(Cgroup::memory);
        // A limit above what there is, is none.
        let (used, total) =
            limit.filter(|(_, limit)| machine.1 == 0 || *limit < machine.1).unwrap_or(machine);
        bounded(percent(used as f64, total as f64))
    }

    fn disk(&self) -> f64 {
        let Ok(disks) = Disks::new_with_refreshed_list() else { return 0.0 };
        let disks: &[sysinfo::Disk] = &disks;
        let folder = existing(&self.data_dir);
        let holds = |disk: &&sysinfo::Disk| folder.starts_with(disk.mount_point());
        let disk = disks.iter().filter(holds).max_by_key(|disk| disk.mount_point().components().count());
        // In a container the folder may lie on a layer that is no disk: then the largest one stands for it.
        let disk = disk.or_else(|| disks.iter().max_by_key(|disk| disk.total_space()));
        disk.map_or(0.0, |disk| {
            let total = disk.total_space();
            bounded(percent(total.saturating_sub(disk.available_space()) as f64, total as f64))
        })
    }
}

/// The folder, or what there is of the way to it.
fn existing(folder: &Path) -> PathBuf {
    let mut there = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    while !there.exists() && there.pop() {}
    there.canonicalize().unwrap_or(there)
}

fn percent(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole * 100.0 } else { 0.0 }
}

/// One decimal place, and never more than all there is.
fn bounded(percent: f64) -> f64 {
    (percent.clamp(0.0, 100.0) * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_has_one_decimal_place_between_0_and_100() {
        assert_eq!(bounded(25.449), 25.4);
        assert_eq!(bounded(-1.0), 0.0);
        assert_eq!(bounded(250.0), 100.0);
        assert_eq!(percent(1.0, 0.0), 0.0);
    }

    #[test]
    fn this_machine_can_be_looked_at() {
        let mut sampler = Sampler::new(PathBuf::from("./data-that-is-not-there/x"));
        let sample = sampler.look();
        assert!(sample.memory_percent > 0.0 && sample.memory_percent <= 100.0, "{sample:?}");
        assert!((0.0..=100.0).contains(&sample.cpu_percent) && (0.0..=100.0).contains(&sample.disk_percent));
    }
}
