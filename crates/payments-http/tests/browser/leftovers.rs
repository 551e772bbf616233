//! A test that fails leaves no browser behind.

use std::fs;

use tokio::sync::oneshot;

use crate::browser::{Browser, DESKTOP};
use crate::driver::Driver;
use crate::profile::{Profile, processes_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_that_fails_leaves_no_browser_behind() {
    let (tell, told) = oneshot::channel();
    let failing = tokio::spawn(async {
        let browser = Browser::open(DESKTOP).await;
        let profile = browser.folder();
        assert!(!processes_of(&profile).is_empty(), "the browser runs");
        tell.send(profile).expect("a listener");
        panic!("a test fails on purpose");
    });
    let profile = told.await.expect("a profile");
    assert!(failing.await.is_err());
    assert_eq!(processes_of(&profile), Vec::<String>::new());
    assert!(!fs::exists(&profile).expect("an answer"), "{profile}");
}

/// A driver that exits at its start is started again: without its folder, it would start no browser.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_driver_that_is_started_again_has_a_folder() {
    let profile = Profile::new();
    let folder = profile.path();
    drop(Driver::start(&folder));
    assert!(!fs::exists(&folder).expect("an answer"), "{folder}");
    let _driver = Driver::start(&folder);
    assert!(fs::exists(&folder).expect("an answer"), "{folder}");
}
