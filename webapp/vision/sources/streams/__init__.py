"""What is known of a stream beside its pictures: which track it is, when each picture is, and how it is to be shown."""
