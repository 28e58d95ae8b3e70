"""TLS with an authority of the site's own: nobody outside is asked, nothing is sent anywhere."""
