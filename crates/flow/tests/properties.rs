//! What holds whatever happens, in whatever order, at whatever time.

#[cfg(test)]
#[path = "support/answers.rs"]
mod answers;

#[cfg(test)]
#[path = "support/steps.rs"]
mod steps;

#[cfg(test)]
#[path = "support/world.rs"]
mod world;

#[cfg(test)]
mod tests {
    use latch_flow::{Options, view::ScreenName};
    use proptest::prelude::*;

    use crate::{steps::steps, world::World};

    fn options() -> impl Strategy<Value = Options> {
        let scopes = prop_oneof![3 => Just(""), 1 => Just("read:things")];
        let connections = prop_oneof![3 => Just("email"), 1 => Just("email sms"), 1 => Just("sms email")];
        (any::<bool>(), any::<bool>(), scopes, connections).prop_map(
            |(auto_submit, remembers, scope, connections)| Options {
                remembers,
                connections: connections.into(),
                domain: "login.example.com".into(),
                client_id: "demo".into(),
                scope: scope.into(),
                auto_submit,
                ..Options::default()
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 800, ..ProptestConfig::default() })]

        /// The world asserts after every step: one request at a time, busy exactly while there is
        /// one, no secret in sight, no alarm in the past, nobody signed in without a reason.
        #[test]
        fn every_step_keeps_the_rules_and_from_everywhere_a_patient_user_gets_in(
            options in options(),
            steps in steps(),
        ) {
            let mut world = World::new(options);
            for step in steps {
                world.take(step);
            }
            world.a_patient_user_gets_in();
        }

        /// Here nobody is signed in by the page itself: a code that was right leads to the server.
        #[test]
        fn on_the_hosted_page_every_step_keeps_the_rules_and_a_patient_user_leaves_for_the_server(
            options in options(),
            steps in steps(),
        ) {
            let mut world = World::new(Options { transaction: "waiting".into(), ..options });
            for step in steps {
                if world.is_leaving() {
                    break;
                }
                world.take(step);
                prop_assert_ne!(world.screen(), ScreenName::Authenticated);
            }
            world.a_patient_user_gets_in();
            prop_assert!(world.is_leaving());
        }

        #[test]
        fn an_element_that_is_not_set_up_does_nothing_at_all(steps in steps()) {
            let mut world = World::new(Options::default());
            for step in steps {
                world.take(step);
                prop_assert_eq!(world.screen(), ScreenName::Failure);
            }
            prop_assert!(world.is_idle());
        }
    }
}
